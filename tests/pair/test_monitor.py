"""The monitor's thread: one a process, from its first request on."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.db import connections

from accounts.models import Campus
from elearning.db import monitor, promises
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state
from tests.drills.site import ROOT, environment
from tests.pair.test_worker import url_of

ensure_running = monitor.ensure_running


@pytest.fixture
def stopped(monkeypatch):
    """No monitor at first; what a test starts is ended."""
    made = []

    class Counted(monitor.Monitor):
        def __init__(self):
            super().__init__()
            made.append(self)

    monkeypatch.setattr(monitor, "Monitor", Counted)
    monkeypatch.setattr(monitor, "_running", None)
    yield made
    for one in made:
        one.stop()
    for thread in threading.enumerate():
        if thread.name == "database-monitor":
            thread.join(10)


def wait_until(true) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_it_starts_once_and_looks_at_once(pair, stopped):
    assert not monitor.is_running()

    for _ in range(3):
        ensure_running()

    assert monitor.is_running()
    assert len(stopped) == 1
    wait_until(reader_state.usable)


def test_one_that_has_died_is_replaced(pair, stopped):
    ensure_running()
    stopped[0].stop()
    wait_until(lambda: not monitor.is_running())

    ensure_running()

    assert monitor.is_running()
    assert len(stopped) == 2


def test_a_forked_process_has_none_of_its_parents(pair, stopped):
    ensure_running()

    child = os.fork()
    if child == 0:
        os._exit(1 if monitor.is_running() else 0)

    assert os.waitpid(child, 0)[1] == 0
    assert monitor.is_running()


def test_an_error_that_nobody_foresaw_does_not_end_it(pair, stopped, monkeypatch):
    monkeypatch.setattr("elearning.db.promises.MONITOR_PERIOD", 0.01)
    failed = []

    def fail(self):
        failed.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr(monitor.Monitor, "_look_at_writer", fail)

    ensure_running()

    wait_until(lambda: len(failed) > 2)
    assert monitor.is_running()


def test_it_looks_more_often_while_something_is_down(pair, watch):
    assert watch._period() == promises.MONITOR_PERIOD

    reader_state.connect_failed("2003")
    assert watch._period() == promises.MONITOR_PERIOD_IN_TROUBLE

    reader_state.reset()
    writer_state.went_down(writer_state.generation, "2003")
    assert watch._period() == promises.MONITOR_PERIOD_IN_TROUBLE


@pytest.mark.parametrize("alias", ["default", "reader"])
def test_it_gives_up_sooner_than_a_request_and_renews_its_connections(pair, watch, alias):
    probe = watch._probe(alias)
    probe.ensure_connection()
    requests = connections[alias].settings_dict["OPTIONS"]

    assert probe.settings_dict["OPTIONS"]["read_timeout"] < requests["read_timeout"]
    assert probe.close_at - time.monotonic() <= monitor.LIFE
    assert "read_timeout" in requests, "the others' own are as they were"
    assert probe.settings_dict["OPTIONS"] is not requests


def test_a_lag_is_dated_from_when_its_measuring_began(pair, watch, monkeypatch):
    """What was written while it was being measured, it says nothing about."""
    monkeypatch.setattr(watch, "_lag", lambda beat: time.sleep(0.5) or 0.1)
    began = time.monotonic()

    watch.look()

    assert reader_state.looked_at - began < 0.4


ASK = """
from accounts.models import Campus
from elearning.db import monitor
from elearning.db.context import reader
with reader():
    print(Campus.objects.all().db, Campus.objects.count(), monitor.is_running())
print(Campus.objects.all().db)
"""


def test_10_a_command_that_asks_for_the_reader_has_a_monitor_of_its_own(pair, tmp_path):
    """Nothing is known of the reader in a process that no request has reached."""
    Campus.objects.create(name="本校")
    pair.in_step()

    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK],
        cwd=ROOT,
        env={
            **os.environ,
            **environment(tmp_path, processes=1, threads=1),
            "DATABASE_URL": url_of("default"),
            "DATABASE_READER_URL": url_of("reader"),
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert [line for line in said.stdout.splitlines() if "elearning.db" not in line] == [
        "reader 1 True",
        "default",
    ]
