"""What is to run every night, and since when it is due."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Daily:
    """`manage.py <name> <arguments>`, once a day; settings.SCHEDULE is a list of these."""

    at: str
    """"03:20", in settings.TIME_ZONE."""
    name: str
    arguments: tuple[str, ...] = ()

    @property
    def time(self) -> datetime.time:
        """ValueError if `at` is none."""
        return datetime.time.fromisoformat(self.at)

    def due(self, now: datetime.datetime) -> datetime.date:
        """The day whose run was the last to become due, in settings.TIME_ZONE.

        Of several nights that were missed this is the last, so it is made up for once.
        """
        here = timezone.localtime(now)
        return here.date() if here.time() >= self.time else here.date() - datetime.timedelta(days=1)


def schedule() -> list[Daily]:
    """By the time of day."""
    return sorted(settings.SCHEDULE, key=lambda daily: daily.time)


def is_busy(at: datetime.time) -> bool:
    """Whether everybody is learning: nothing is made up for then."""
    begin, end = (datetime.time.fromisoformat(text) for text in settings.SCHEDULE_BUSY)
    return begin <= at < end
