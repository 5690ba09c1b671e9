"""Meeting hours, and when somebody was last here; all by Japan's calendar."""

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ClassMeeting
from accounts.timetable import clock_time
from elearning.templatetags.elearning import japanese_date

LONG_ABSENT_DAYS = 5


def day_of(moment: datetime.datetime) -> datetime.date:
    return timezone.localtime(moment).date()


def start_of(day: datetime.date) -> datetime.datetime:
    """Midnight in Japan, when `day` begins."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def long_absent(last_at: datetime.datetime | None) -> bool:
    """Whether the last learning is so long ago that a teacher should ask; never counts too."""
    return last_at is None or (timezone.localdate() - day_of(last_at)).days >= LONG_ABSENT_DAYS


def next_meeting(
    meetings: Iterable[ClassMeeting], now: datetime.datetime
) -> datetime.datetime | None:
    """When the class meets next (a lesson under way counts until it ends)."""
    local = timezone.localtime(now)
    moments = []
    for meeting in meetings:
        ahead = (meeting.weekday - local.weekday()) % 7
        if ahead == 0 and meeting.ends_at <= local.time():
            ahead = 7
        day = local.date() + datetime.timedelta(days=ahead)
        moments.append(timezone.make_aware(datetime.datetime.combine(day, meeting.starts_at)))
    return min(moments, default=None)


def when_next(moment: datetime.datetime | None) -> str:
    """今日 19:00, 明日 19:00, 11月24日（火） 19:00; "" for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    time = clock_time(local.time())
    days = (local.date() - timezone.localdate()).days
    if days == 0:
        return _("今日 %(time)s") % {"time": time}
    if days == 1:
        return _("明日 %(time)s") % {"time": time}
    return f"{japanese_date(local)} {time}"
