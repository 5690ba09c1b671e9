"""What has happened to the databases since this process began, for the operators' page."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

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
    """Keep it and log it; `detail` must hold nothing about people."""
    _events.append(Event(datetime.now(UTC), name, str(detail)[:200]))
    log.warning("%s %s", name, detail)


def latest() -> list[Event]:
    """Newest first."""
    return list(reversed(_events))
