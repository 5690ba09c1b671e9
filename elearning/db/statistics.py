"""How many requests of this process read from where, for the operators' page."""

import threading
from dataclasses import dataclass, field

from elearning.db.aliases import READER
from elearning.db.context import Work


@dataclass(slots=True)
class Statistics:
    requests: int = 0
    on_reader: int = 0
    """Of them, those that read from the reader."""
    pinned: int = 0
    """Those that read from the writer because their browser had written."""
    pins_set: int = 0
    degraded: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, work: Work, *, pinned: bool) -> None:
        with self._lock:
            self.requests += 1
            self.on_reader += work.counts[READER].queries > 0
            self.pinned += pinned
            self.pins_set += work.wants_pin
            self.degraded += work.degraded

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = ("requests", "on_reader", "pinned", "pins_set", "degraded")
statistics = Statistics()
