"""A clock that tests set, and two small kinds of activity to study."""

import datetime

import pytest
from django.utils import timezone

from courses.catalog import registry
from courses.catalog.models import Activity, State
from courses.catalog.registry import ActivityKind, Facts


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now = now

    def set_tokyo(self, *when: int) -> None:
        self.now = datetime.datetime(*when, tzinfo=timezone.get_default_timezone())

    def forward(self, seconds: float) -> None:
        self.now += datetime.timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(timezone.now().replace(microsecond=0))
    clock.set_tokyo(2026, 11, 20, 19, 0)
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


class Talk(ActivityKind):
    """Completes when `remaining_words` is empty; remembers what was recorded."""

    name = "talk"

    def __init__(self) -> None:
        self.recorded: list[dict] = []
        self.remaining_words = "あと 3 分です。"

    def facts(self, activities):
        return {activity.pk: Facts() for activity in activities}

    def record(self, activity, student, payload):
        self.recorded.append(dict(payload))

    def remaining(self, activity, student):
        return self.remaining_words


class Reading(ActivityKind):
    """Completed by hand; can be not ready yet."""

    name = "reading"
    by_hand = True

    def __init__(self) -> None:
        self.ready = True

    def facts(self, activities):
        return {activity.pk: Facts(ready=self.ready) for activity in activities}

    def remaining(self, activity, student):
        raise AssertionError("not asked of kinds that are completed by hand")


@pytest.fixture
def kinds(monkeypatch):
    """The test's own kinds, by name; gone after the test."""
    mine = {"talk": Talk(), "reading": Reading()}
    monkeypatch.setattr(registry, "_kinds", {**registry._kinds, **mine})
    return mine


@pytest.fixture
def talk(cast, kinds):
    return Activity.objects.create(
        lesson=cast.lesson, kind="talk", title="解説をきく", order=8, state=State.PUBLISHED
    )


@pytest.fixture
def reading(cast, kinds):
    return Activity.objects.create(
        lesson=cast.lesson, kind="reading", title="読みもの", order=9, state=State.PUBLISHED
    )
