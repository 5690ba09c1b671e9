"""A thread in each process that looks at both databases every two seconds.

It is the only one who tries a reader whose breaker is open, with connections of its own, so
that no request waits for the answer.
"""

import copy
import logging
import os
import threading
import time

from django.db import connections
from django.db.utils import Error

from elearning.db import promises
from elearning.db.aliases import READER, WRITER, has_reader
from elearning.db.backends.watched import WatchedWrapper
from elearning.db.errors import Fault, ReadOnlyServer, fault_of, turned_away
from elearning.db.lag import LagSource, source_for
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state

log = logging.getLogger("elearning.db")

# Shorter than a request's: a probe that waits tells less than one that gives up.
SHORT = {
    "mysql": {"connect_timeout": 1, "read_timeout": 2, "write_timeout": 2},
    "postgresql": {"connect_timeout": 2},
}
LOOK_AGAIN = 0.02
LIFE = 60
"""Seconds that a probe's connection is kept: an address may come to lead elsewhere."""


class Monitor:
    """Looks at the writer, then at the reader; `look()` is one round."""

    def __init__(self) -> None:
        self._probes: dict[str, WatchedWrapper] = {}
        self._source: LagSource | None = None
        self._stop = threading.Event()
        self._began = 0.0

    def run(self) -> None:
        """Until `stop()`; an error that nobody foresaw must not end it."""
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:
                log.exception("fail_to_look")
            self._stop.wait(self._period())
        self.close()

    def stop(self) -> None:
        self._stop.set()

    def look(self) -> None:
        self._began = time.monotonic()
        beat = self._look_at_writer()
        self._look_at_reader(beat)

    def close(self) -> None:
        for probe in self._probes.values():
            probe.close()
        self._probes.clear()

    def _look_at_writer(self) -> int | None:
        """What the lag is measured by; None if the writer is down or it can't be measured."""
        if not self._writer_takes_writes():
            return None
        probe = self._probe(WRITER)
        generation = writer_state.generation
        try:
            if self._source is None:
                self._source = source_for(probe)
            return self._source.beat(probe)
        except Error as error:
            probe.close()
            if fault_of(error) is Fault.READ_ONLY:
                writer_state.went_down(generation, error)
            # Else the beat alone failed: its row is locked, or its table is not there yet.
            return None

    def _writer_takes_writes(self) -> bool:
        # The first time the connection may be to blame: it is dead, or leads to a former writer,
        # and the others' do so too. A new one that is made tells that the writer answers.
        for blame in (writer_state.connection_lost, writer_state.went_down):
            generation = writer_state.generation
            try:
                self._ask_writer()
            except Error as error:
                if turned_away(error):
                    return False
                blame(generation, error)
            else:
                return True
        return False

    def _ask_writer(self) -> None:
        probe = self._probe(WRITER)
        try:
            if probe.is_read_only_server():
                raise ReadOnlyServer("The writer's address leads to a server that takes no writes.")
        except Error:
            probe.close()
            raise

    def _look_at_reader(self, beat: int | None) -> None:
        # Ours may still work where nobody gets a new one: so a new one is what we try then.
        former = self._probes.pop(READER, None) if reader_state.open_since is not None else None
        try:
            self._look_at_reader_by_probe(beat)
        finally:
            if former is not None:
                former.close()

    def _look_at_reader_by_probe(self, beat: int | None) -> None:
        try:
            lag = self._lag(beat)
        except Error:
            try:
                lag = self._lag(beat)
            except Error as still:
                reader_state.unseen(still)
                return
        reader_state.seen(lag, began=self._began)

    def _lag(self, beat: int | None) -> float | None:
        """None while there is nothing to measure by; an Error if the reader does not answer."""
        probe = self._probe(READER)
        try:
            with probe.cursor() as cursor:
                cursor.execute("SELECT 1")
            if beat is None or self._source is None:
                return None
            return self._source.lag(probe, beat)
        except Error:
            probe.close()
            raise

    def _probe(self, alias: str) -> WatchedWrapper:
        if alias not in self._probes:
            probe = connections[alias].copy()
            assert isinstance(probe, WatchedWrapper)  # noqa: S101 - config/databases.py sees to it
            probe.settings_dict = copy.deepcopy(probe.settings_dict)
            probe.settings_dict["OPTIONS"] |= SHORT.get(probe.vendor, {})
            probe.settings_dict |= {"CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": LIFE}
            probe.probe = True
            probe.inc_thread_sharing()
            self._probes[alias] = probe
        self._probes[alias].close_if_unusable_or_obsolete()
        return self._probes[alias]

    def _period(self) -> float:
        trouble = writer_state.down or reader_state.open_since is not None
        return promises.MONITOR_PERIOD_IN_TROUBLE if trouble else promises.MONITOR_PERIOD


_lock = threading.Lock()
_running: tuple[int, threading.Thread] | None = None


def has_looked(within: float) -> bool:
    """Start it if need be, and wait so many seconds at most until it knows something."""
    ensure_running()
    deadline = time.monotonic() + within
    while not reader_state.known:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN)
    return True


def is_running() -> bool:
    return _running is not None and _running[0] == os.getpid() and _running[1].is_alive()


def ensure_running() -> None:
    """Start this process's monitor at its first request, and again should it have died.

    Not at import: gunicorn forks afterwards, and threads don't survive a fork.
    """
    global _running
    if not has_reader() or is_running():
        return
    with _lock:
        if not is_running():
            thread = threading.Thread(target=Monitor().run, name="database-monitor", daemon=True)
            _running = (os.getpid(), thread)
            thread.start()
