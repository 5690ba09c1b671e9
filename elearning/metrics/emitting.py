"""A thread in each process that looks every ten seconds, and tells the figures once a minute."""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from elearning.metrics import pace
from elearning.metrics.emf import Document

log = logging.getLogger("elearning.metrics")

LAST_LOOK = 1.0
"""Seconds that a process that ends waits for the thread, which may be asking the database."""


class Source(Protocol):
    """What one kind of process has to tell."""

    def look(self) -> None:
        """Keep the states of this moment; may ask the database."""

    def take(self, at: float) -> Iterable[Document]:
        """All since the last time, without asking anybody; `at` is a moment of time.time()."""


class Emitter:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._process = os.getpid()
        self._stop = threading.Event()
        self._telling = threading.Lock()
        self._since = _period()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    @property
    def running(self) -> bool:
        """False in a fork: threads don't survive it, and Python knows."""
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()
        atexit.register(self.finish)

    def finish(self) -> None:
        """End the thread, and tell what has come together since it last told."""
        if self._process != os.getpid() or self._stop.is_set():
            return
        self._stop.set()
        self._thread.join(LAST_LOOK)
        self.tell()

    def tell(self) -> None:
        """Under the minute in which it was counted, so that no minute has two and the next none."""
        with self._telling:
            since, self._since = self._since, _period()
            for document in self._source.take(since):
                log.info("measure", extra=document)

    def _run(self) -> None:
        while not self._stop.wait(_until_next_look()):
            _try(self._source.look)
            if self._since != _period():
                _try(self.tell)


def _try(step: Callable[[], None]) -> None:
    """An error that nobody foresaw must end neither the thread nor what comes after."""
    try:
        step()
    except Exception:
        log.exception("fail_to_measure")


def _period() -> float:
    """When the present one began, in seconds since 1970."""
    return time.time() // pace.PERIOD * pace.PERIOD


def _until_next_look() -> float:
    """Seconds; the end of a period is always among the moments."""
    every = min(pace.LOOK_EVERY, pace.PERIOD)
    return every - time.time() % every


_lock = threading.Lock()
_emitter: Emitter | None = None


def ensure_running(source: Callable[[], Source]) -> None:
    """Start this process's thread, and again should it have died.

    Not at import: gunicorn forks afterwards.
    """
    global _emitter
    if _emitter is not None and _emitter.running:
        return
    with _lock:
        if _emitter is None or not _emitter.running:
            _emitter = Emitter(source())
            _emitter.start()
