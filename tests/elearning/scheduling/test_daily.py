"""Since when a command is due, in Japan."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.checks import run_checks

from elearning.scheduling.checks import check_schedule
from elearning.scheduling.daily import Daily, is_busy, schedule

TOKYO = ZoneInfo("Asia/Tokyo")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-21T03:19:59", 20),
        ("2026-11-21T03:20:00", 21),
        ("2026-11-21T23:59:59", 21),
        ("2026-11-22T00:00:00", 21),
    ],
)
def test_the_day_of_a_run_begins_when_it_is_due(now, day):
    daily = Daily("03:20", "clearsessions")
    assert daily.due(at(now)) == datetime.date(2026, 11, day)
    assert daily.due(at(now).astimezone(datetime.UTC)) == datetime.date(2026, 11, day)


@pytest.mark.parametrize(
    ("time", "busy"), [("14:59", False), ("15:00", True), ("23:29", True), ("23:30", False)]
)
def test_the_busy_hours(time, busy):
    assert is_busy(datetime.time.fromisoformat(time)) is busy


def test_the_schedule_is_by_the_time_of_day(settings):
    settings.SCHEDULE = [Daily("04:00", "check"), Daily("03:00", "clearsessions")]
    assert [daily.name for daily in schedule()] == ["clearsessions", "check"]


def test_ours_makes_sense():
    assert not [found for found in run_checks() if found.id.startswith("scheduling")]
    assert len(schedule()) == 7


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        ([Daily("25:00", "check")], "scheduling.E001"),
        ([Daily("03:00", "no_such_command")], "scheduling.E002"),
        ([Daily("03:00", "check"), Daily("04:00", "check")], "scheduling.E003"),
        ([Daily("17:00", "check")], "scheduling.E004"),
    ],
)
def test_one_that_does_not_is_refused(settings, entries, number):
    settings.SCHEDULE = entries
    assert [found.id for found in check_schedule()] == [number]
