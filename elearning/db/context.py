"""What the work in hand reads from.

A contextvar: a task, a command, another thread and the tail of a stream have none, and that
means the writer. A request gets its Work from middleware.py; `with reader():` is for the rest.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum

from django.db import connections

from elearning.db.aliases import WRITER, has_reader
from elearning.db.reader_state import reader_state

__all__ = [
    "Mode",
    "Work",
    "current",
    "is_degraded",
    "move_to_writer",
    "no_pin",
    "pin",
    "reader",
    "reads_from_reader",
    "working",
]


FIRST_LOOK = 3.0
"""Seconds that `with reader():` waits for a monitor that has only just begun."""


class Mode(Enum):
    READER = "reader"
    WRITER = "writer"


@dataclass(slots=True)
class Count:
    """Queries sent to one database, and the seconds they took together."""

    queries: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Work:
    """One request's, or one `with reader():` block's, dealings with the databases."""

    mode: Mode
    interruptible: bool = False
    """May be ended by ReaderLost or WriterLost: somebody outside knows what to do then."""
    degraded: bool = False
    """The writer is down: read from the reader, however old."""
    wrote: bool = False
    wants_pin: bool = False
    no_pin_depth: int = 0
    """How many no_pin() blocks we are in."""
    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))

    def note_write(self) -> None:
        """Something is about to be written: from here on all is read from the writer."""
        self.wrote = True
        self.mode = Mode.WRITER
        if not self.no_pin_depth:
            self.wants_pin = True

    def note_query(self, alias: str, seconds: float) -> None:
        count = self.counts[alias]
        count.queries += 1
        count.seconds += seconds


_work: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    return _work.get()


@contextmanager
def working(work: Work) -> Iterator[Work]:
    token = _work.set(work)
    try:
        yield work
    finally:
        _work.reset(token)


def reads_from_reader() -> bool:
    """Whether a query that is built now may go to the reader."""
    work = _work.get()
    return work is not None and work.mode is Mode.READER and not connections[WRITER].in_atomic_block


def move_to_writer() -> bool:
    """Read from the writer from here on; False if that was so already."""
    work = _work.get()
    if work is None or work.mode is Mode.WRITER:
        return False
    work.mode = Mode.WRITER
    return True


def is_degraded() -> bool:
    """Whether this page is made from the reader because the writer is down: don't write."""
    work = _work.get()
    return work is not None and work.degraded


@contextmanager
def reader() -> Iterator[None]:
    """Read from the reader in a task or a command, if it is usable when the block begins.

    The first of a process waits for the monitor's first look. Inside a request nothing changes:
    the request has decided for the whole of itself.
    """
    if _work.get() is not None:
        yield
        return
    mode = Mode.READER if _finds_reader_usable() else Mode.WRITER
    with working(Work(mode)):
        yield


def _finds_reader_usable() -> bool:
    from elearning.db import monitor  # whose connections want to know of us

    if not has_reader() or not monitor.has_looked(within=FIRST_LOOK):
        return False
    return reader_state.usable()


@contextmanager
def no_pin() -> Iterator[None]:
    """What is written in this block need not be seen by the browser's next request.

    Also a decorator: `@no_pin()`.
    """
    work = _work.get()
    if work is None:
        yield
        return
    work.no_pin_depth += 1
    try:
        yield
    finally:
        work.no_pin_depth -= 1


def pin() -> None:
    """Make the browser's next requests read from the writer, whatever `no_pin` said."""
    work = _work.get()
    if work is not None:
        work.wants_pin = True
