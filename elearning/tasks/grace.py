"""From the word to stop until the job in hand is let go of."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from elearning.tasks import stopping

ASK_FIRST = 5.0
"""Seconds between asking the job to let go, which some ask for, and breaking it off."""


class Grace:
    """A job that ends within settings.WORKER_GRACE_SECONDS is finished.

    Of the others those that ask `stopping()` end by themselves. The rest meet `Interrupted`
    wherever they are, as soon as they are in Python again.
    """

    def __init__(self) -> None:
        stopping.tell(stop=False)
        self.broke_off = False
        """The job's connections may be in the middle of anything."""
        self._in_job = False

    @contextmanager
    def job(self) -> Iterator[None]:
        """Around the one part of the worker's work that may be broken off."""
        self._in_job = True
        try:
            yield
        finally:
            self._in_job = False

    def begin(self) -> None:
        """The time is running. Only in the main thread, which also does the jobs."""
        signal.signal(signal.SIGALRM, lambda number, frame: self.end())
        if settings.WORKER_GRACE_SECONDS:
            signal.setitimer(signal.ITIMER_REAL, settings.WORKER_GRACE_SECONDS)
        else:
            self.end()

    def end(self) -> None:
        """It is over. Raises Interrupted if the job was asked before, but is still there."""
        if not stopping.stopping():
            stopping.tell()
            signal.setitimer(signal.ITIMER_REAL, ASK_FIRST)
        elif self._in_job:
            self.broke_off = True
            raise stopping.Interrupted
