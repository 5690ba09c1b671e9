"""A round of checks: asked at most once in five seconds, however many want to know."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from health_check.base import HealthCheckResult

from elearning.health import checks
from elearning.health.check import Check, Degraded, Status, Word, status_of, word_of
from elearning.health.threads import DaemonThreads

log = logging.getLogger(__name__)

GOOD_FOR = 5.0
"""Seconds that the findings of a round are told before another one is asked."""
SEVERITY: tuple[Status, ...] = ("ok", "degraded", "down")

UNSEEN: frozenset[Word] = frozenset({"no_answer", "hanging", "not_asked"})

Line = Sequence[Check]
"""Checks that are asked one after another. Once one of them gets no answer, the rest is not
asked, since it would wait for the same thing. So a line has one connection, and one thread."""


def site_lines() -> list[Line]:
    """The site's own; those of the first line all ask the writer."""
    return [
        [
            checks.Writer(),
            checks.CacheTable(),
            checks.Migrations(),
            checks.Queue(),
            checks.Workers(),
        ],
        [checks.Reader()],
        [checks.Store()],
    ]


@dataclass(frozen=True, slots=True)
class Round:
    """What all checks found, in the order of the lines; `at` is when (aware).

    `findings`, by name: status, word, ms, and `figures` where the check counts something.
    """

    results: tuple[HealthCheckResult, ...]
    findings: dict[str, dict[str, Any]]
    at: datetime

    @property
    def status(self) -> Status:
        """That of the worst."""
        return max((status_of(result.error) for result in self.results), key=SEVERITY.index)


class Rounds:
    """One process's rounds; may be asked from any thread."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = list(lines)
        self._lock = threading.Lock()
        self._threads = DaemonThreads("health-check")
        self.reset()

    def reset(self) -> None:
        """Know nothing, as when the process began."""
        self._latest: Round | None = None
        self._good_until = 0.0

    def latest(self) -> Round:
        """Not older than GOOD_FOR. Who comes while it is being asked waits for the same one.

        Takes no longer than the time limits of the longest line, whatever hangs.
        """
        with self._lock:
            if self._latest is None or time.monotonic() >= self._good_until:
                # In a thread of its own: the caller's may have an event loop already.
                found = self._threads.submit(asyncio.run, _ask(self._lines, self._threads)).result()
                _tell_changes(self._latest, found)
                self._latest = found
                self._good_until = time.monotonic() + GOOD_FOR
            return self._latest


async def _ask(lines: Sequence[Line], threads: DaemonThreads) -> Round:
    by_line = await asyncio.gather(*(_ask_line(line, threads) for line in lines))
    results = tuple(result for results in by_line for result in results)
    asked = (check for line in lines for check in line)
    findings = {
        check.name: _finding(check, result) for check, result in zip(asked, results, strict=True)
    }
    return Round(results, findings, datetime.now(UTC))


async def _ask_line(line: Line, threads: DaemonThreads) -> list[HealthCheckResult]:
    results: list[HealthCheckResult] = []
    answered = True
    for check in line:
        if answered:
            result = await check.get_result(threads)
            answered = word_of(result.error) not in UNSEEN
        else:
            result = HealthCheckResult(check, Degraded("not_asked"), 0.0)
        results.append(result)
    return results


def _finding(check: Check, result: HealthCheckResult) -> dict[str, Any]:
    word = word_of(result.error)
    found: dict[str, Any] = {
        "status": status_of(result.error),
        "word": word,
        "ms": round(result.time_taken * 1000, 1),
    }
    # Of a look that did not come to its end, they are an earlier one's.
    if check.figures and word not in UNSEEN:
        found["figures"] = check.figures
    return found


def _tell_changes(before: Round | None, now: Round) -> None:
    """A line in the log for each check that is not as it was, or not well to begin with."""
    known = before.findings if before else {}
    for name, finding in now.findings.items():
        word: Word = finding["word"]
        if word != known.get(name, {"word": "ok"})["word"]:
            level = logging.INFO if word == "ok" else logging.WARNING
            log.log(level, "change_health", extra={"check": name, "word": word})


rounds = Rounds(site_lines())
