import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import ClassMeeting, Weekday
from courses.reports.queries.times import long_absent, next_meeting

JAPAN = ZoneInfo("Asia/Tokyo")
TUESDAY_EVENING = datetime.datetime(2026, 11, 17, 19, 30, tzinfo=JAPAN)


def meeting(weekday: int, start: int, end: int) -> ClassMeeting:
    return ClassMeeting(
        weekday=weekday, starts_at=datetime.time(start), ends_at=datetime.time(end, 30)
    )


def test_a_lesson_under_way_is_the_next_one_until_it_ends():
    meetings = [meeting(Weekday.TUESDAY, 19, 20), meeting(Weekday.FRIDAY, 19, 20)]
    assert next_meeting(meetings, TUESDAY_EVENING) == TUESDAY_EVENING.replace(minute=0)
    after = TUESDAY_EVENING + datetime.timedelta(hours=1)
    assert next_meeting(meetings, after) == datetime.datetime(2026, 11, 20, 19, tzinfo=JAPAN)


def test_a_class_that_met_today_meets_again_in_a_week():
    after = TUESDAY_EVENING + datetime.timedelta(hours=1)
    assert next_meeting([meeting(Weekday.TUESDAY, 19, 20)], after) == datetime.datetime(
        2026, 11, 24, 19, tzinfo=JAPAN
    )


def test_the_weekday_is_japans():
    """23:00 UTC on Monday is Tuesday morning in Japan."""
    monday_night = datetime.datetime(2026, 11, 16, 23, 0, tzinfo=datetime.UTC)
    assert next_meeting([meeting(Weekday.TUESDAY, 19, 20)], monday_night) == (
        datetime.datetime(2026, 11, 17, 19, tzinfo=JAPAN)
    )


def test_a_class_without_hours_has_no_next_meeting():
    assert next_meeting([], TUESDAY_EVENING) is None


def test_five_days_are_a_long_absence_and_never_is_one_too():
    noon = timezone.localtime().replace(hour=12, minute=0)
    assert not long_absent(noon - datetime.timedelta(days=4))
    assert long_absent(noon - datetime.timedelta(days=5))
    assert long_absent(None)
