"""Each command once a night, whoever runs it, and whatever becomes of who does."""

import datetime
import logging
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from elearning.logs import context
from elearning.scheduling import claims, running
from elearning.scheduling.claims import LOST_AFTER, MOST_ATTEMPTS
from elearning.scheduling.daily import Daily
from elearning.scheduling.management.commands import scheduler
from elearning.scheduling.models import CommandRun
from elearning.scheduling.running import run_due, run_once

TODAY = datetime.date(2026, 11, 21)
NIGHT = datetime.datetime(2026, 11, 21, 5, tzinfo=ZoneInfo("Asia/Tokyo"))


class Clock:
    """What time it is; the tests put it forward."""

    def __init__(self) -> None:
        self.now = NIGHT

    def forward(self, **by: float) -> None:
        self.now += datetime.timedelta(**by)


class Sweep(BaseCommand):
    """Says who was swept away, and fails where it is told to."""

    ran: list[str] = []
    error: BaseException | None = None

    def add_arguments(self, parser):
        parser.add_argument("--room", default="all")

    def handle(self, *args, room, **options):
        self.ran.append(room)
        self.stdout.write(f"{room}: 佐藤 陽菜")
        if self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def clock(db, settings, monkeypatch):
    settings.SCHEDULE = [Daily("02:00", "sweep", ("--room", "hall")), Daily("03:00", "mop")]
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    Sweep.ran, Sweep.error = [], None
    monkeypatch.setattr(
        running,
        "call_command",
        lambda name, *arguments, **out: call_command(Sweep(), *arguments, **out),
    )
    yield clock
    context.set_service("command")


def kept() -> list[tuple[str, int, str]]:
    return list(
        CommandRun.objects.order_by("due", "name").values_list("name", "due__day", "outcome")
    )


def test_what_is_due_is_run_once_with_its_arguments():
    assert run_due()
    assert run_due()

    assert Sweep.ran == ["hall", "all"]
    assert kept() == [("mop", 21, "done"), ("sweep", 21, "done")]


def test_what_it_prints_is_kept_and_not_logged(capsys, caplog):
    caplog.set_level(logging.DEBUG)
    run_due()

    assert CommandRun.objects.get(name="sweep").said == "hall: 佐藤 陽菜\n"
    assert "陽菜" not in caplog.text + "".join(capsys.readouterr())


def test_a_run_says_when_it_begins_and_how_it_ended(caplog):
    caplog.set_level(logging.INFO)
    assert run_once("sweep")

    begun, ended = [line for line in caplog.records if line.name.startswith("elearning.sched")]
    assert (begun.msg, ended.msg) == ("begin_command", "run_command")
    assert (ended.outcome, ended.attempt) == ("done", 1)
    assert ended.ms >= 0


def test_the_next_night_it_is_due_again(clock):
    run_due()
    clock.forward(hours=20.9)
    run_due()
    assert len(Sweep.ran) == 2
    clock.forward(hours=0.1)
    run_due()
    assert len(Sweep.ran) == 3
    clock.forward(hours=1)
    run_due()
    assert len(Sweep.ran) == 4


def test_nights_that_were_missed_are_made_up_for_once(clock):
    run_due()
    clock.forward(days=3)
    run_due()
    run_due()

    assert [row for row in kept() if row[0] == "sweep"] == [
        ("sweep", 21, "done"),
        ("sweep", 24, "done"),
    ]


def test_but_not_while_everybody_is_learning(clock):
    clock.forward(hours=10)
    assert run_due()
    clock.forward(hours=8.4)
    assert run_due()
    assert Sweep.ran == []
    clock.forward(hours=0.2)
    assert run_due()
    assert len(Sweep.ran) == 2


@pytest.mark.parametrize("error", [CommandError("2 failed"), ValueError("佐藤"), SystemExit(3)])
def test_one_that_fails_keeps_nobody_and_is_told(error, caplog):
    Sweep.error = error

    assert run_due() is False

    assert kept() == [("mop", 21, "failed"), ("sweep", 21, "failed")]
    assert str(error) in CommandRun.objects.get(name="mop").said
    told = [line for line in caplog.records if line.levelname == "ERROR"]
    assert [line.msg for line in told] == ["run_command"] * 2
    assert told[0].exc_info[1] is error
    # Until the next night.
    assert run_due() is True


def test_how_it_ended_is_told_though_the_writer_has_gone(monkeypatch, caplog):
    """Nobody else would say that it failed: 6 hours later it is only run again."""
    Sweep.error = CommandError("2 failed")

    def gone(*arguments):
        raise OperationalError(2013, "Lost connection")

    monkeypatch.setattr(running, "settle", gone)
    with pytest.raises(OperationalError):
        run_due()

    (told,) = [line for line in caplog.records if line.levelname == "ERROR"]
    assert (told.msg, told.outcome) == ("run_command", "failed")


def test_it_may_print_what_no_database_takes(unheard):
    """The name of a file may have any bytes."""
    Sweep.error = CommandError("\udc80.mp4\0")

    assert run_due() is False

    said = CommandRun.objects.get(name="sweep").said
    assert said == "hall: 佐藤 陽菜\nCommandError: \\udc80.mp4\\x00\n"


def test_a_command_that_ends_the_process_well_has_not_failed():
    Sweep.error = SystemExit(0)
    assert run_due()
    assert kept()[0] == ("mop", 21, "done")


def test_told_to_stop_it_ends_after_the_one_in_hand():
    assert run_due(going_on=lambda: not Sweep.ran)
    assert Sweep.ran == ["hall"]


def test_what_another_has_in_hand_is_left_to_it(clock):
    CommandRun.objects.create(name="sweep", due=TODAY, started_at=clock.now)
    clock.forward(seconds=LOST_AFTER.total_seconds() - 60)
    run_due()
    assert Sweep.ran == ["all"]


def test_what_a_scheduler_that_died_had_in_hand_is_run_again_and_told(clock, caplog):
    CommandRun.objects.create(name="sweep", due=TODAY, started_at=clock.now)
    clock.forward(seconds=LOST_AFTER.total_seconds() + 60)

    run_due()

    assert Sweep.ran == ["hall", "all"]
    run = CommandRun.objects.get(name="sweep")
    assert (run.outcome, run.attempt) == ("done", 2)
    assert [line.msg for line in caplog.records if line.levelname == "WARNING"] == [
        "take_over_command"
    ]


def test_one_that_ends_every_scheduler_is_given_up_and_told_once(clock, caplog):
    CommandRun.objects.create(name="sweep", due=TODAY, started_at=clock.now, attempt=MOST_ATTEMPTS)
    clock.forward(seconds=LOST_AFTER.total_seconds() + 60)

    run_due()
    run_due()

    assert Sweep.ran == ["all"]
    assert CommandRun.objects.get(name="sweep").outcome == "failed"
    assert [line.msg for line in caplog.records if line.levelname == "ERROR"] == ["give_up_command"]


def test_one_that_was_taken_for_dead_changes_nothing_any_more(clock):
    slow = claims.claim("sweep", TODAY)
    clock.forward(seconds=LOST_AFTER.total_seconds() + 60)
    assert run_once("sweep")

    assert claims.settle(slow, claims.Outcome.FAILED, "late") is False

    assert CommandRun.objects.get(name="sweep").said == "hall: 佐藤 陽菜\n"


def test_of_two_who_find_it_free_one_has_it(clock, monkeypatch):
    """Both have looked before either made the row."""
    monkeypatch.setattr(
        claims.CommandRun.objects, "filter", lambda **which: CommandRun.objects.none()
    )
    assert claims.claim("sweep", TODAY) is not None
    assert claims.claim("sweep", TODAY) is None
    with pytest.raises(IntegrityError):
        CommandRun.objects.create(name="sweep", due=TODAY, started_at=clock.now)


def test_once_runs_at_any_hour_and_the_night_then_has_its_run(clock):
    clock.forward(hours=-4)
    assert run_once("mop")
    clock.forward(hours=4)
    run_due()
    assert Sweep.ran == ["all", "hall"]


def test_what_is_older_than_a_quarter_is_forgotten(clock):
    for days in (89, 91):
        due = TODAY - datetime.timedelta(days=days)
        CommandRun.objects.create(name="old", due=due, started_at=clock.now)
    run_due()
    assert [run.due for run in CommandRun.objects.filter(name="old")] == [
        TODAY - datetime.timedelta(days=89)
    ]


def test_the_command_runs_what_is_due_and_fails_if_one_did():
    call_command("scheduler", "--due")
    assert len(Sweep.ran) == 2
    CommandRun.objects.all().delete()
    Sweep.error = CommandError("no")
    with pytest.raises(CommandError, match="the log says which"):
        call_command("scheduler", "--due")


def test_the_command_runs_one():
    call_command("scheduler", "--once", "mop")
    call_command("scheduler", "--once", "mop")
    assert Sweep.ran == ["all"]
    Sweep.error = CommandError("no")
    with pytest.raises(CommandError, match="the log says which"):
        call_command("scheduler", "--once", "sweep")


def test_the_command_knows_no_other():
    with pytest.raises(CommandError, match="polish is not in the schedule"):
        call_command("scheduler", "--once", "polish")


def test_one_that_failed_is_not_forgotten_by_those_that_follow(settings, monkeypatch):
    def fails_first(name, *arguments, **out):
        if name == "sweep":
            raise CommandError("no")

    monkeypatch.setattr(running, "call_command", fails_first)

    assert run_due() is False


def test_what_it_says_of_errors_is_kept_too_and_what_it_queues_can_be_traced(monkeypatch):
    bound = []

    def says(name, *arguments, stdout, stderr):
        stderr.write("2 are missing")
        bound.append(context.current())

    monkeypatch.setattr(running, "call_command", says)
    run_once("sweep")

    assert CommandRun.objects.get().said == "2 are missing"
    assert bound[0]["command"] == "sweep"
    assert len(bound[0]["request_id"]) == 32


def test_a_writer_that_is_away_ends_no_scheduler(monkeypatch, caplog):
    """Nothing is lost: what is due stays so."""
    command = scheduler.Command()
    looks, closed = [], []

    def look(going_on):
        looks.append(going_on())
        if len(looks) == 1:
            raise OperationalError(2013, "Lost connection")
        command._stop(15, None)
        assert not going_on()

    monkeypatch.setattr(scheduler, "run_due", look)
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: closed.append(True))
    monkeypatch.setattr(scheduler, "signal", SimpleNamespace(signal=print, SIGTERM=15, SIGINT=2))
    monkeypatch.setattr(scheduler, "LOOK_EVERY", 0)

    command.handle(once=None, due=False)

    assert (looks, closed) == ([True, True], [True, True])
    assert [line.msg for line in caplog.records if line.levelname == "WARNING"] == [
        "wait_for_writer"
    ]
