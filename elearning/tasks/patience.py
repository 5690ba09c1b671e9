"""Waiting for the writer to come back."""

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from django.db.utils import Error

from elearning.db.errors import fault_of, is_deadlock
from elearning.db.writer_state import writer_state

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 3.0
"""Seconds between two tries while the writer is away; each pause is twice the one before."""

WELL_AGAIN = 30.0
"""After so many seconds without a pause the next one is the first again."""

Result = TypeVar("Result")


class Stopped(SystemExit):
    """Told to stop while the writer was away. What was in hand stays RUNNING, to be reaped."""


class Patience:
    """As long as `may_wait()`."""

    def __init__(self, may_wait: Callable[[], bool]) -> None:
        self._may_wait = may_wait
        self._next_pause = FIRST_PAUSE
        self._paused_at = 0.0

    def pause(self) -> None:
        """A little longer each time: a server that just came back may go again."""
        if not self._may_wait():
            return
        if time.monotonic() - self._paused_at > WELL_AGAIN:
            self._next_pause = FIRST_PAUSE
        time.sleep(self._next_pause)
        self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)
        self._paused_at = time.monotonic()

    def when_back(self, work: Callable[[], Result]) -> Result:
        """Do it, at once if the writer is there. Stopped if told to stop before it could be."""
        told = False
        while True:
            since = writer_state.generation
            try:
                return work()
            except Error as error:
                if is_deadlock(error):
                    continue
                if not (writer_has_gone(error, since) or is_locked(error)):
                    raise
                if not self._may_wait():
                    raise Stopped from error
                if not told:
                    log.warning("wait_for_writer")
                    told = True
            self.pause()


def writer_has_gone(error: Error, since: int) -> bool:
    """`since`: the generation of connections before what met the error.

    Not every driver says so by a code. But every such error makes the back end either take the
    writer for down or begin a new generation.
    """
    return fault_of(error) is not None or writer_state.down or writer_state.generation != since


def is_locked(error: Error) -> bool:
    """Somebody held all of an SQLite for longer than its timeout."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
