import datetime

from accounts.models import ClassMeeting, Weekday
from accounts.timetable import meeting_hours


def meeting(weekday: int, start: int, end: int) -> ClassMeeting:
    return ClassMeeting(
        weekday=weekday, starts_at=datetime.time(start), ends_at=datetime.time(end, 30)
    )


def test_days_with_the_same_hours_are_named_together():
    meetings = [meeting(Weekday.FRIDAY, 19, 20), meeting(Weekday.TUESDAY, 19, 20)]
    assert meeting_hours(meetings) == "火・金 19:00–20:30"
    meetings.append(meeting(Weekday.SATURDAY, 13, 15))
    assert meeting_hours(meetings) == "火・金 19:00–20:30、土 13:00–15:30"
    assert meeting_hours([]) == ""
