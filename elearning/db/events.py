"""What has happened to the databases since this process began, for the operators' page."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from elearning.logs.errors import kind_of

log = logging.getLogger("elearning.db")


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    name: str
    """A key of the operators' page; see words.py."""
    detail: str = ""


_events: deque[Event] = deque(maxlen=50)
began_at = datetime.now(UTC)


def tell(name: str, detail: object = "") -> None:
    """Keep it and log it; `detail`: the error that it came of, or figures in words.

    An error's own words name servers and accounts: the log has its type and code alone.
    """
    _events.append(Event(datetime.now(UTC), name, str(detail)[:200]))
    if isinstance(detail, BaseException):
        log.warning(name, extra={"error": kind_of(detail)})
    else:
        log.warning(name, extra={"detail": str(detail)} if detail else {})


def latest() -> list[Event]:
    """Newest first."""
    return list(reversed(_events))
