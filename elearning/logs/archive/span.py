"""From when until when: as people in Tokyo say it, and as the archive names it, in UTC."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    """From `since` until just before `until`; None is without an end on that side."""

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    def parameters(self) -> dict[str, str]:
        """What every question is asked with. As text, for the lines' times compare as text."""
        since = "0000-01-01T00:00:00" if self.since is None else _in_utc(self.since)
        until = "9999-12-31T23:59:59" if self.until is None else _in_utc(self.until)
        return {
            "first_day": since[:10],
            "last_day": until[:10],
            "since": since,
            "until": until,
        }

    def partitions(self) -> Iterator[str]:
        """`"dt=2026-11-20/hour=08"`, … of a span with both ends."""
        if self.since is None or self.until is None:
            raise ValueError("A span without an end has no list of hours.")
        hour = self.since.astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0)
        while hour < self.until:
            yield f"dt={hour:%Y-%m-%d}/hour={hour:%H}"
            hour += HOUR


def moment(text: str) -> datetime.datetime:
    """Of `2026-11-20T17:00` or `2026-11-20`, in the site's time zone if the text names none.

    Raises ValueError.
    """
    read = datetime.datetime.fromisoformat(text)
    return timezone.make_aware(read) if timezone.is_naive(read) else read


def _in_utc(when: datetime.datetime) -> str:
    """With as many decimals as a line has, or `.5Z` would come before `.25Z`."""
    utc = when.astimezone(datetime.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
