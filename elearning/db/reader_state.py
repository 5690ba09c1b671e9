"""Whether the reader may be read from: its breaker, and what the monitor knows of its lag."""

import os
import threading
import time
from collections import deque

from elearning.db import events, promises
from elearning.db.writer_state import writer_state


class ReaderState:
    """One process's knowledge of the reader; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Know nothing, as when the process began: not usable before the monitor's first look."""
        self.open_since: float | None = None
        self.lag: float | None = None
        """Seconds; None while it is unknown."""
        self.answered_at: float | None = None
        self.looked_at: float | None = None
        self.since = time.time()
        self._errors: deque[float] = deque(maxlen=promises.ERRORS_THAT_OPEN)
        self._was_usable = False

    @property
    def known(self) -> bool:
        """Whether anybody has tried it yet."""
        return self.answered_at is not None or self.open_since is not None

    def usable(self) -> bool:
        """Fresh enough, and answering."""
        return (
            self.open_since is None
            and self.lag is not None
            and self.lag <= promises.ALLOWED_LAG
            and _within(self.looked_at, promises.NEWS_GOOD_FOR)
        )

    def answering(self) -> bool:
        """It answers, however far behind: good enough while the writer is down."""
        return self.open_since is None and _within(self.answered_at, promises.ANSWER_GOOD_FOR)

    def connect_failed(self, error: object) -> None:
        self._open(error)

    def connection_lost(self, error: object) -> None:
        """A connection broke in the middle of its work."""
        now = time.monotonic()
        with self._lock:
            self._errors.append(now)
            full = len(self._errors) == promises.ERRORS_THAT_OPEN
            opens = full and now - self._errors[0] <= promises.ERRORS_WITHIN
        if opens:
            self._open(error)

    def seen(self, lag: float | None, *, began: float | None = None) -> None:
        """The monitor got an answer; `lag` in seconds, None if it could not be measured.

        `began` is the moment (time.monotonic()) when it started to measure, now if not given:
        what was written later it knows nothing of.
        """
        now = time.monotonic()
        with self._lock:
            self.answered_at = now
            self.lag, self.looked_at = lag, now if began is None else began
            closes = self.open_since is not None
            self.open_since = None
            if closes:
                self._errors.clear()
        if closes:
            events.tell("reader_breaker_closed")
        self._tell_usability()

    def unseen(self, error: object) -> None:
        """The monitor got no answer."""
        with self._lock:
            self.lag = None
        self._open(error)
        self._tell_usability()

    def _open(self, error: object) -> None:
        with self._lock:
            opens = self.open_since is None
            if opens:
                self.open_since = time.monotonic()
        if opens:
            events.tell("reader_breaker_opened", error)
            self._tell_usability()

    def _tell_usability(self) -> None:
        if writer_state.down:
            return  # it serves the pages then, usable or not
        usable = self.usable()
        with self._lock:
            changed, self._was_usable = usable != self._was_usable, usable
            if changed:
                self.since = time.time()
        if changed:
            events.tell("reader_in_use" if usable else "reader_not_in_use", self._why())

    def _why(self) -> str:
        return "" if self.lag is None else f"lag {self.lag:.1f} s"


def _within(moment: float | None, seconds: float) -> bool:
    return moment is not None and time.monotonic() - moment <= seconds


reader_state = ReaderState()
os.register_at_fork(after_in_child=reader_state.__init__)  # type: ignore[misc]
