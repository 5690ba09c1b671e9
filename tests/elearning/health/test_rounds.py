"""How checks are asked: in time whatever hangs, once for all who want to know, in plain words."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.db.utils import OperationalError

from elearning.db import context
from elearning.health import rounds as module
from elearning.health.check import Check, Degraded, Down
from elearning.health.rounds import Rounds

ADDRESS = "(2003, \"Can't connect to MySQL server on 'db.internal:3306' (111)\")"
# The library adds a second to it.
SOON = timedelta(seconds=-0.5)


class Said(Check):
    """Answers what it was told to, and remembers the threads that it was asked in."""

    def __init__(self, name: str, answer: Exception | None = None) -> None:
        super().__init__()
        self.name = name
        self.answer = answer
        self.asked: list[threading.Thread] = []

    def look(self) -> None:
        self.asked.append(threading.current_thread())
        if self.answer:
            raise self.answer


class Hung(Said):
    """Does not come back until `release` is set."""

    timeout = SOON

    def __init__(self, name: str = "hung") -> None:
        super().__init__(name)
        self.release = threading.Event()
        self.ended = threading.Event()

    def run(self) -> None:
        try:
            super().run()
        finally:
            self.ended.set()

    def look(self) -> None:
        super().look()
        assert self.release.wait(60)


@pytest.fixture
def hung():
    check = Hung()
    yield check
    check.release.set()


@pytest.fixture
def always_anew(monkeypatch):
    """Every call asks a round of its own."""
    monkeypatch.setattr(module, "GOOD_FOR", 0.0)


def words(rounds: Rounds) -> dict[str, str]:
    return {name: found["word"] for name, found in rounds.latest().findings.items()}


def test_the_worst_finding_is_the_status_of_all():
    fine, late, gone = Said("a"), Said("b", Degraded("late")), Said("c", Down("refused"))

    assert Rounds([[fine]]).latest().status == "ok"
    assert Rounds([[late], [fine]]).latest().status == "degraded"
    assert Rounds([[fine], [gone, late]]).latest().status == "down"


def test_each_check_has_its_own_finding():
    found = Rounds([[Said("a"), Said("b", Degraded("late"))], [Said("c", Down("refused"))]])

    findings = found.latest().findings

    assert {name: (each["status"], each["word"]) for name, each in findings.items()} == {
        "a": ("ok", "ok"),
        "b": ("degraded", "late"),
        "c": ("down", "refused"),
    }
    assert all(each["ms"] >= 0 for each in findings.values())


def test_an_error_that_nobody_foresaw_is_down_and_keeps_its_text_to_itself():
    round_ = Rounds([[Said("a", OperationalError(ADDRESS)), Said("b")]]).latest()

    assert round_.status == "down"
    assert round_.findings["a"]["word"] == "error"
    assert round_.findings["b"]["word"] == "ok"
    assert "db.internal" not in str(round_.findings)


def test_a_check_that_hangs_is_not_waited_for_and_the_rest_of_its_line_not_asked(hung):
    behind, elsewhere = Said("behind"), Said("elsewhere")

    found = Rounds([[hung, behind], [elsewhere]])

    assert words(found) == {"hung": "no_answer", "behind": "not_asked", "elsewhere": "ok"}
    assert behind.asked == []
    assert not hung.ended.is_set()


def test_a_check_reads_from_the_writer_whatever_the_request_reads_from():
    class Context(Said):
        def look(self) -> None:
            self.found = context.current()
            self.reads_from_reader = context.reads_from_reader()

    check = Context("a")
    with context.working(context.Work(context.Mode.READER)):
        assert context.reads_from_reader()
        Rounds([[check]]).latest()

    assert check.found is None
    assert not check.reads_from_reader


def test_a_line_is_asked_one_after_another_and_so_has_one_connection():
    ended = []

    class Noting(Said):
        def run(self) -> None:
            super().run()
            ended.append(self.name)

        def look(self) -> None:
            super().look()
            self.ended_before = list(ended)

    first, second, third = Noting("a"), Noting("b"), Noting("c")
    Rounds([[first, second, third]]).latest()

    assert first.ended_before == []
    assert second.ended_before == ["a"]
    assert third.ended_before == ["a", "b"]


def test_a_check_that_still_hangs_is_not_begun_again_until_it_has_ended(hung, always_anew):
    found = Rounds([[hung]])

    assert words(found) == {"hung": "no_answer"}
    assert words(found) == {"hung": "hanging"}
    assert words(found) == {"hung": "hanging"}
    assert len(hung.asked) == 1

    hung.release.set()
    assert hung.ended.wait(60)
    assert words(found) == {"hung": "ok"}


def test_no_thread_that_hangs_holds_up_the_end_of_the_process(hung):
    Rounds([[hung]]).latest()

    (thread,) = hung.asked
    assert thread.is_alive()
    assert thread.daemon


def test_a_round_is_told_again_for_a_while(monkeypatch):
    check = Said("a")
    found = Rounds([[check]])

    first = found.latest()
    assert found.latest() is first
    assert len(check.asked) == 1

    found._good_until -= module.GOOD_FOR
    assert found.latest() is not first
    assert len(check.asked) == 2


def test_many_who_ask_at_once_make_one_round():
    class Slow(Said):
        def look(self) -> None:
            super().look()
            assert all_there.wait(60)

    check = Slow("a")
    all_there = threading.Event()
    waiting = threading.Semaphore(0)
    found = Rounds([[check]])

    def ask():
        waiting.release()
        return found.latest()

    with ThreadPoolExecutor(20) as people:
        asked = [people.submit(ask) for _ in range(20)]
        for _ in asked:
            assert waiting.acquire(timeout=60)
        all_there.set()
        told = {id(each.result(60)) for each in asked}

    assert len(told) == 1
    assert len(check.asked) == 1


def test_where_an_event_loop_runs_already_there_is_a_round_all_the_same():
    found = Rounds([[Said("a")]])

    async def ask():
        return found.latest()

    assert asyncio.run(ask()).status == "ok"


class Counting(Check):
    """Uses the database, and counts figures on the way."""

    name = "counting"

    def look(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        self.figures = {"one": 1}
        self.connection = connections["default"]


@pytest.mark.django_db
def test_what_a_check_opened_is_closed_with_it():
    check = Counting()

    assert Rounds([[check]]).latest().findings["counting"]["figures"] == {"one": 1}

    assert check.connection is not connections["default"]
    assert check.connection.connection is None


@pytest.mark.django_db
def test_figures_of_an_earlier_look_are_not_told_as_those_of_this_one(always_anew, monkeypatch):
    gone = Said("gone")
    check = Counting()
    found = Rounds([[gone, check]])
    assert "figures" in found.latest().findings["counting"]

    gone.answer = Down("no_answer")

    assert "figures" not in found.latest().findings["counting"]


def test_the_log_has_a_line_when_something_changes_and_none_while_it_stays(always_anew, caplog):
    check = Said("a")
    found = Rounds([[check]])

    def lines():
        said = [(each.levelname, each.check, each.word) for each in caplog.records]
        caplog.clear()
        return said

    with caplog.at_level("INFO"):
        found.latest()
        assert lines() == []
        check.answer = Down("refused")
        found.latest()
        assert lines() == [("WARNING", "a", "refused")]
        found.latest()
        assert lines() == []
        check.answer = None
        found.latest()
        assert lines() == [("INFO", "a", "ok")]
