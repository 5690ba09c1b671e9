"""Time: a week of minutes in Japan, and what a month of such weeks comes to.

A month is 22 weekdays and 8.4 days of weekends: 729.6 hours. Holidays count as weekdays, as they
do in scaling.yaml.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WEEKDAYS = 22.0
WEEKEND_DAYS = 8.4
MONTH_HOURS = (WEEKDAYS + WEEKEND_DAYS) * 24
DAY = 24 * 60
WEEK = 7 * DAY
"""In minutes; a week begins on Monday at 0:00."""
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Hours:
    """A quantity in each hour of a day (0–23): of a weekday, and of a day of the weekend."""

    weekday: tuple[float, ...]
    weekend: tuple[float, ...]

    @property
    def month(self) -> float:
        return WEEKDAYS * sum(self.weekday) + WEEKEND_DAYS * sum(self.weekend)

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(
            tuple(a + b for a, b in zip(self.weekday, other.weekday, strict=True)),
            tuple(a + b for a, b in zip(self.weekend, other.weekend, strict=True)),
        )

    def __mul__(self, factor: float) -> "Hours":
        return Hours(
            tuple(each * factor for each in self.weekday),
            tuple(each * factor for each in self.weekend),
        )


def always(quantity: float) -> Hours:
    return Hours((quantity,) * 24, (quantity,) * 24)


def average(minutes: Sequence[float]) -> Hours:
    """A week's minutes, averaged by the hour over its five weekdays and over its weekend."""

    def hours(days: range) -> tuple[float, ...]:
        starts = ([day * DAY + hour * 60 for day in days] for hour in range(24))
        return tuple(
            sum(sum(minutes[start : start + 60]) for start in each) / (60 * len(days))
            for each in starts
        )

    return Hours(hours(range(5)), hours(range(5, 7)))


def from_day(weekday: Sequence[float], weekend: Sequence[float]) -> list[float]:
    """A week's minutes of 24 values each."""
    days = [weekday] * 5 + [weekend] * 2
    return [day[hour] for day in days for hour in range(24) for _ in range(60)]


def times(cron: str, month: int) -> list[int]:
    """The minutes of the week at which AWS's cron expression begins something in that month.

    ValueError: one that this does not read, such as a step or a day of the month.
    """
    found = re.fullmatch(r"cron\((\d+) (\d+) ([*?]) (\S+) ([\w*?,-]+) \*\)", cron)
    if not found:
        raise ValueError(f"not understood: {cron}")
    minute, hour, _, months, days = found.groups()
    if month not in _numbers(months, [str(each) for each in range(1, 13)], first=1):
        return []
    return [
        day * DAY + int(hour) * 60 + int(minute) for day in sorted(_numbers(days, _DAYS, first=0))
    ]


def _numbers(field: str, names: Sequence[str], first: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        begin, _, end = part.partition("-")
        if part in {"*", "?"}:
            begin, end = names[0], names[-1]
        a, b = names.index(begin), names.index(end or begin)
        found |= {first + each for each in range(a, b + 1)}
    return found


def held(
    changes: Iterable[tuple[int, tuple[int, int]]], else_: tuple[int, int]
) -> list[tuple[int, int]]:
    """A value for each minute of the week: that of the last change, which may be last week's."""
    ordered = sorted(changes)
    now = ordered[-1][1] if ordered else else_
    at = dict(ordered)
    values = []
    for minute in range(WEEK):
        now = at.get(minute, now)
        values.append(now)
    return values
