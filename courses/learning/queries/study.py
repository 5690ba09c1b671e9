"""Study time as its bars show it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from courses.enrolment.queries import monday_of, study_seconds

CHART_HEIGHT = 84
LEAST_BAR = 3
"""A day without study still has its place."""
LEAST_SCALE = 30 * 60
"""One minute alone must not look like a full day: the scale ends at half an hour at least."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; lengths in the chart's units, `x` and `width` in percent."""

    start: datetime.date
    end: datetime.date
    seconds: int
    x: float
    width: float
    height: int
    now: bool
    """Whether it holds today."""

    @property
    def y(self) -> int:
        return CHART_HEIGHT - self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class StudyWeek:
    """Monday to Sunday, beside the week before."""

    bars: list[Bar]
    seconds: int
    before: int
    """Seconds of last week up to the same weekday, or Mondays would always look bad."""
    goal: int
    """Seconds."""

    @property
    def more(self) -> int:
        """Seconds more than last week; negative: fewer."""
        return round(self.seconds / 60) * 60 - round(self.before / 60) * 60

    @property
    def fewer(self) -> int:
        return -self.more

    @property
    def goal_reached(self) -> bool:
        return self.seconds >= self.goal

    @property
    def anything(self) -> bool:
        return bool(self.seconds or self.before)


@dataclass(frozen=True, slots=True)
class StudyMonth:
    """The last four weeks, this one included."""

    bars: list[Bar]
    seconds: int


def study_week(student: User) -> StudyWeek:
    """One query."""
    monday = monday_of(timezone.localdate())
    return _week(study_seconds(student, monday - datetime.timedelta(days=7), 14))


def study_month(student: User) -> tuple[StudyWeek, StudyMonth]:
    """This week by days and the last four by weeks; one query."""
    first = monday_of(timezone.localdate()) - datetime.timedelta(days=21)
    seconds = study_seconds(student, first, 28)
    weeks = [sum(seconds[n : n + 7]) for n in range(0, 28, 7)]
    bars = bars_of(weeks, first, days=7, gap=16)
    return _week(seconds[14:]), StudyMonth(bars, sum(weeks))


def _week(seconds: Sequence[int]) -> StudyWeek:
    """From two weeks of days."""
    today = timezone.localdate()
    monday = monday_of(today)
    return StudyWeek(
        bars=bars_of(seconds[7:], monday, days=1, gap=14),
        seconds=sum(seconds[7:]),
        before=sum(seconds[: today.weekday() + 1]),
        goal=settings.WEEKLY_GOAL_MINUTES * 60,
    )


def bars_of(seconds: Sequence[int], first: datetime.date, *, days: int, gap: int) -> list[Bar]:
    """A bar for each `days` days from `first` on; `gap` in percent of a bar's slot."""
    today = timezone.localdate()
    scale = max(LEAST_SCALE * days, *seconds)
    slot = 100 / len(seconds)
    bars = []
    for n, value in enumerate(seconds):
        start = first + datetime.timedelta(days=n * days)
        end = start + datetime.timedelta(days=days - 1)
        height = max(LEAST_BAR, round(value * CHART_HEIGHT / scale))
        x, width = n * slot + slot * gap / 200, slot * (100 - gap) / 100
        bars.append(
            Bar(start, end, value, round(x, 2), round(width, 2), height, start <= today <= end)
        )
    return bars
