"""The thread that tells: when it begins, what it survives, and what it says last."""

import json
import os
import threading
import time

import pytest

from elearning.metrics import emitting, pace
from elearning.metrics.emf import Metric, documents
from tests.elearning.metrics.emf_rules import checked


class Source:
    """Counts how often it was looked at, and tells that."""

    def __init__(self):
        self.looks = 0
        self.made_in = threading.current_thread().name

    def look(self):
        self.looks += 1

    def take(self, at):
        looks, self.looks = self.looks, 0
        metrics = [Metric("looks", "Count", [looks])] if looks else []
        return documents(metrics, dimensions={}, sets=[[]], at=at)


class Broken(Source):
    def look(self):
        super().look()
        raise ZeroDivisionError


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(pace, "PERIOD", 0.04)
    monkeypatch.setattr(pace, "LOOK_EVERY", 0.01)


def wait_until(true) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "metrics"]


def test_there_is_one_thread_however_many_requests_begin_it(fast):
    go = threading.Barrier(20)

    def source():
        # The others come meanwhile, and find none yet.
        time.sleep(0.05)
        return Source()

    def first_request():
        go.wait()
        emitting.ensure_running(source)

    requests = [threading.Thread(target=first_request) for _ in range(20)]
    for request in requests:
        request.start()
    for request in requests:
        request.join()

    assert len(threads()) == 1


def test_it_looks_several_times_and_tells_it_once_a_period(fast, told):
    emitting.ensure_running(Source)

    wait_until(lambda: len(told.lines) > 3)

    assert all(document["looks"] >= 1 for document in told.documents)
    assert any(document["looks"] > 1 for document in told.documents)


def test_figures_are_dated_by_the_beginning_of_their_minute(monkeypatch, told):
    """Else a minute would now and then have two figures, and the next one none."""
    monkeypatch.setattr(emitting.time, "time", lambda: 1_795_248_125.7)
    emitter = emitting.Emitter(Source())
    emitter._source.looks = 1
    monkeypatch.setattr(emitting.time, "time", lambda: 1_795_248_180.1)
    emitter.tell()

    (document,) = told.documents
    assert document["_aws"]["Timestamp"] == 1_795_248_120_000


def test_the_end_of_a_minute_is_a_moment_to_look(monkeypatch):
    monkeypatch.setattr(emitting.time, "time", lambda: 1_795_248_178.5)
    assert emitting._until_next_look() == pytest.approx(1.5)
    monkeypatch.setattr(emitting.time, "time", lambda: 1_795_248_121.0)
    assert emitting._until_next_look() == pytest.approx(9.0)


def test_an_error_that_nobody_foresaw_ends_neither_the_thread_nor_what_it_tells(fast, told):
    made = []
    emitting.ensure_running(lambda: made.append(Broken()) or made[0])

    def figures():
        return [line for line in told.lines if '"_aws"' in line]

    wait_until(lambda: len(figures()) > 2)

    assert len(threads()) == 1
    said = json.loads(told.lines[0])
    assert said["event"] == "fail_to_measure"
    assert said["error"]["type"] == "ZeroDivisionError"
    assert all(checked(line)["looks"] for line in figures())


def test_one_that_has_ended_is_replaced(fast):
    emitting.ensure_running(Source)
    emitting._emitter.finish()
    wait_until(lambda: not threads())

    emitting.ensure_running(Source)

    assert len(threads()) == 1


def test_the_last_figures_are_told_at_the_end_and_only_once(told):
    source = Source()
    emitting.ensure_running(lambda: source)
    source.looks = 7

    emitting._emitter.finish()
    emitting._emitter.finish()

    assert [document["looks"] for document in told.documents] == [7]
    assert not threads()


def test_a_fork_has_no_thread_and_tells_nothing_of_its_parents(fast, told):
    source = Source()
    emitting.ensure_running(lambda: source)

    child = os.fork()
    if child == 0:
        source.looks = 7
        had = len(told.lines)
        emitting._emitter.finish()
        quiet = len(told.lines) == had and not emitting._emitter.running
        emitting.ensure_running(Source)
        os._exit(0 if quiet and emitting._emitter.running else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("level", ["WARNING", "ERROR"])
def test_no_level_of_the_log_silences_figures(level, capfd):
    """In a process of its own settings: logging is set up once."""
    import subprocess
    import sys

    code = (
        "import logging, logging.config\n"
        "from elearning.logs.configuration import logging_config\n"
        f"logging.config.dictConfig(logging_config(level={level!r}, form='json'))\n"
        "logging.getLogger('elearning.metrics').info('measure', extra={'_aws': {}})\n"
        "logging.getLogger('elearning.other').info('keep_quiet')\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    (line,) = said.stdout.splitlines()
    assert json.loads(line)["event"] == "measure"
