"""What a process that answers requests tells: how many, how fast, and how it sees the databases."""

from collections import defaultdict
from collections.abc import Iterator

from elearning.db.aliases import has_reader
from elearning.db.statistics import statistics
from elearning.db.status import describe
from elearning.logs import context
from elearning.metrics.counting import Requests, counting
from elearning.metrics.emf import Document, Metric, documents

ALL = ""
"""In the place of a route where latencies are not told by route."""

UNITS = {"reader_lag_s": "Seconds", "breaker_open": "None", "writer_down": "None"}


class Web:
    def __init__(self) -> None:
        self._seen: defaultdict[str, list[float]] = defaultdict(list)
        self._requests = self._on_reader = 0

    def look(self) -> None:
        for name, value in states().items():
            self._seen[name].append(value)

    def take(self, at: float) -> Iterator[Document]:
        requests = counting.take_requests()
        seen, self._seen = self._seen, defaultdict(list)
        service = {"service": context.service()}
        yield from documents(
            [*_totals(requests), *self._reader_share(), *_gauges(seen, requests)],
            dimensions=service,
            sets=[["service"]],
            at=at,
        )
        for route, times in requests.latencies.items():
            yield from documents(
                [Metric("latency_ms", "Milliseconds", [round(each, 1) for each in times])],
                dimensions=service if route == ALL else {**service, "route": route},
                sets=[["service"]] if route == ALL else [["service"], ["service", "route"]],
                at=at,
            )

    def _reader_share(self) -> Iterator[Metric]:
        requests, on_reader = statistics.requests, statistics.on_reader
        new = requests - self._requests
        if new > 0:
            # Counted while we read the two, one may be in the second alone.
            share = min(1.0, (on_reader - self._on_reader) / new)
            yield Metric("reader_share", "None", [round(share, 3)])
        self._requests, self._on_reader = requests, on_reader


def states() -> dict[str, float]:
    """What this process knows of its databases now; a lag that is unknown is left out."""
    known = describe()
    told = {"writer_down": float(known["writer"]["state"] == "down")}
    reader = known["reader"]
    if reader is not None:
        told["breaker_open"] = float(reader["breaker"] == "open")
        if reader["lag"] is not None:
            told["reader_lag_s"] = round(reader["lag"], 3)
    return told


def _totals(requests: Requests) -> Iterator[Metric]:
    if requests.count:
        yield Metric("requests", "Count", [requests.count])
        yield Metric("errors_5xx", "Count", [requests.errors])


def _gauges(seen: dict[str, list[float]], requests: Requests) -> Iterator[Metric]:
    # Without a reader no monitor looks: what is known of the writer, requests have found out.
    if has_reader() or requests.count or any(seen["writer_down"]):
        for name, values in seen.items():
            if values:
                yield Metric(name, UNITS[name], values)
