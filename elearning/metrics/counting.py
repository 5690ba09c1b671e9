"""What this process has done since it last told of it; every method is for any thread."""

import os
import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Requests:
    """Of one period."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    """Milliseconds of each request, by route; a minute of them is few, and exact."""
    errors: int = 0
    """Those answered with 500 or more."""

    @property
    def count(self) -> int:
        return sum(len(each) for each in self.latencies.values())


class Counting:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = Requests()
        self._tasks: Counter[str] = Counter()

    def request(self, route: str, status: int, milliseconds: float) -> None:
        with self._lock:
            self._requests.latencies.setdefault(route, []).append(milliseconds)
            self._requests.errors += status >= 500

    def task(self, outcome: str) -> None:
        with self._lock:
            self._tasks[outcome] += 1

    def take_requests(self) -> Requests:
        """All since the last time."""
        with self._lock:
            taken, self._requests = self._requests, Requests()
        return taken

    def take_tasks(self) -> Counter[str]:
        """How many by outcome since the last time."""
        with self._lock:
            taken, self._tasks = self._tasks, Counter()
        return taken


counting = Counting()
os.register_at_fork(after_in_child=counting.__init__)  # type: ignore[misc]
