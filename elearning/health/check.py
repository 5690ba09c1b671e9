"""What every check of `/healthz` has: a name, a time limit, and words from a fixed list."""

import logging
import threading
from abc import abstractmethod
from concurrent.futures import Executor
from typing import Any, Literal, get_args

from django.db import connections
from health_check.base import HealthCheck, HealthCheckResult
from health_check.exceptions import HealthCheckException, ServiceUnavailable, ServiceWarning

Status = Literal["ok", "degraded", "down"]
Word = Literal[
    "ok",
    "error",  # something that nobody foresaw; the log has it
    "no_answer",  # not in time, or not at all
    "hanging",  # an earlier look has not ended yet, so none was begun
    "not_asked",  # what it needs did not answer
    "refused",
    "missing",
    "pending",
    "late",
    "stuck",
    "long",
    "none_alive",
    "starting",
    "behind",
    "lag_unknown",
    "silent",
    "breaker_open",
]
WORDS = get_args(Word)

# Below, it repeats with a stack at every look what we log once, when it changes (rounds.py).
logging.getLogger("health_check").setLevel(logging.ERROR)


class Degraded(ServiceWarning):
    """It works, but not as it should. `word` is one of WORDS."""

    def __init__(self, word: Word) -> None:
        super().__init__(word)  # type: ignore[no-untyped-call]
        self.word = word


class Down(ServiceUnavailable):
    """It does not work. `word` is one of WORDS."""

    def __init__(self, word: Word) -> None:
        super().__init__(word)  # type: ignore[no-untyped-call]
        self.word = word


class Check(HealthCheck):
    """One look at one thing. Subclasses say `name`, `timeout` (the library adds a second to it),
    and `look()`.

    The look runs in a thread of its own without a context: what it reads, it reads from the
    writer. Its connections to databases end with it.
    """

    name: str

    def __init__(self) -> None:
        self._at_work = threading.Lock()
        self.figures: dict[str, Any] = {}
        """What the last look counted, as plain data."""

    def __repr__(self) -> str:
        return self.name

    @property
    def labels(self) -> dict[str, str]:
        return {"check": self.name}

    @abstractmethod
    def look(self) -> None:
        """Raises Degraded or Down; any other exception is down as well."""

    def run(self) -> None:  # type: ignore[override] # what is no coroutine is run in the executor
        with self._at_work:
            try:
                self.look()
            finally:
                connections.close_all()

    async def get_result(self, executor: Executor | None = None) -> HealthCheckResult:
        # Nobody can end a thread that hangs; but it need not be joined by another every time.
        if self._at_work.locked():
            return HealthCheckResult(self, Down("hanging"), 0.0)
        return await super().get_result(executor)


def status_of(error: HealthCheckException | None) -> Status:
    if error is None:
        return "ok"
    return "degraded" if isinstance(error, Degraded) else "down"


def word_of(error: HealthCheckException | None) -> Word:
    """Never the exception's own text: that may name a server."""
    if error is None:
        return "ok"
    if isinstance(error, Degraded | Down):
        return error.word
    # The library's own: of a look that took too long, and of one that failed otherwise.
    return "no_answer" if isinstance(error, ServiceUnavailable) else "error"
