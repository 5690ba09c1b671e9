"""A class's weekly hours in words."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import ClassMeeting


def clock_time(time: datetime.time) -> str:
    return f"{time:%H:%M}"


def hours_of(meeting: ClassMeeting) -> str:
    """19:00–20:30"""
    return f"{clock_time(meeting.starts_at)}–{clock_time(meeting.ends_at)}"


def meeting_hours(meetings: Iterable[ClassMeeting]) -> str:
    """火・金 19:00–20:30, days of the same hours together; "" without meetings."""
    days: dict[str, list[str]] = {}
    for meeting in sorted(meetings, key=lambda m: (m.weekday, m.starts_at)):
        days.setdefault(hours_of(meeting), []).append(str(meeting.get_weekday_display()))
    return _("、").join(f"{_('・').join(names)} {hours}" for hours, names in days.items())
