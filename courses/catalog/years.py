"""The Japanese school year, which starts on 1 April."""

import datetime

from django.utils import timezone


def school_year(day: datetime.date) -> int:
    """2027-03-31 → 2026, 2027-04-01 → 2027."""
    return day.year if day.month >= 4 else day.year - 1


def current_school_year() -> int:
    """The school year of today in Japan."""
    return school_year(timezone.localdate())
