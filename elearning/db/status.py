"""What this process knows of its databases, as plain data that JSON can hold.

Each process knows only what it saw itself. Moments are ISO 8601 in UTC, durations are seconds.
The words for people are in words.py.
"""

import os
import socket
import time
from datetime import UTC, datetime
from typing import Any, Literal

from elearning.db import events, monitor, promises
from elearning.db.aliases import has_reader
from elearning.db.reader_state import reader_state
from elearning.db.statistics import statistics
from elearning.db.writer_state import writer_state

Health = Literal["ok", "degraded", "down"]
WriterCondition = Literal["up", "down"]
ReaderCondition = Literal["in_use", "starting", "behind", "lag_unknown", "silent", "breaker_open"]
Reason = Literal["one_database", "writer_down", "down"] | ReaderCondition


def describe() -> dict[str, Any]:
    """All of it, without a query. `reader` and `monitor` are None where there is one database.

    `events[*].detail` and `process.host` may name servers: for operators, not for the world.
    """
    reads_from, reason = _reads()
    return {
        "status": _health(),
        "reads": {"from": reads_from, "reason": reason},
        "writer": {
            "state": _writer_condition(),
            "since": _moment(writer_state.since),
            "serves_reads": reads_from == "writer",
        },
        "reader": _reader(serves_reads=reads_from == "reader") if has_reader() else None,
        "monitor": _monitor() if has_reader() else None,
        "requests": statistics.as_dict(),
        "failovers": {
            "count": writer_state.failovers,
            "last": _moment(writer_state.last_failover),
        },
        "connection_generation": writer_state.generation,
        "events": [
            {"at": event.at.isoformat(), "name": event.name, "detail": event.detail}
            for event in events.latest()
        ],
        "process": {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "began_at": events.began_at.isoformat(),
        },
    }


def _health() -> Health:
    """Down while nothing can be saved, even if pages are still shown from the reader."""
    if writer_state.down:
        return "down"
    return "degraded" if has_reader() and not reader_state.usable() else "ok"


def _reads() -> tuple[Literal["reader", "writer", "nowhere"], Reason]:
    """Where a request that may read from the reader, and has no pin, reads now, and why."""
    if not has_reader():
        return ("nowhere", "down") if writer_state.down else ("writer", "one_database")
    if writer_state.down:
        return ("reader", "writer_down") if reader_state.answering() else ("nowhere", "down")
    condition = _reader_condition()
    return ("reader" if condition == "in_use" else "writer"), condition


def _writer_condition() -> WriterCondition:
    return "down" if writer_state.down else "up"


def _reader_condition() -> ReaderCondition:
    if reader_state.open_since is not None:
        return "breaker_open"
    if reader_state.answered_at is None:
        return "starting"
    if reader_state.usable() or (writer_state.down and reader_state.answering()):
        return "in_use"
    if not reader_state.answering():
        return "silent"
    return "lag_unknown" if _lag() is None else "behind"


def _reader(*, serves_reads: bool) -> dict[str, Any]:
    condition = _reader_condition()
    return {
        "state": condition,
        "since": _moment(_reader_since(condition)),
        "serves_reads": serves_reads,
        "lag": _lag(),
        "breaker": "closed" if reader_state.open_since is None else "open",
    }


def _reader_since(condition: ReaderCondition) -> float:
    """In seconds since 1970. What ran out by itself was noticed by nobody at the time."""
    if condition == "breaker_open":
        ago = _age(reader_state.open_since)
    elif condition == "silent":
        ago = _ran_out(reader_state.answered_at, promises.ANSWER_GOOD_FOR)
    elif condition == "lag_unknown":
        ago = _ran_out(reader_state.looked_at, promises.NEWS_GOOD_FOR)
    else:
        ago = None
    return reader_state.since if ago is None else time.time() - ago


def _ran_out(heard_at: float | None, good_for: float) -> float | None:
    """Seconds since news was good for nothing any more; None if it still is."""
    age = _age(heard_at)
    return None if age is None or age < good_for else age - good_for


def _monitor() -> dict[str, Any]:
    """`answered` is how long ago the reader last answered it, None if it never did."""
    return {"alive": monitor.is_running(), "answered": _age(reader_state.answered_at)}


def _lag() -> float | None:
    """None if the monitor has not measured it lately, or nobody answers."""
    age = _age(reader_state.looked_at)
    if reader_state.open_since is not None or age is None or age > promises.NEWS_GOOD_FOR:
        return None
    return reader_state.lag


def _age(moment: float | None) -> float | None:
    """Seconds since a moment of time.monotonic()."""
    return None if moment is None else time.monotonic() - moment


def _moment(seconds: float | None) -> str | None:
    """A moment of time.time()."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
