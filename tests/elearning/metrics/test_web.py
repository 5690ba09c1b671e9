"""What a process that answers requests tells of one period."""

import pytest

from elearning.db import reader_state as of_reader
from elearning.db import writer_state as of_writer
from elearning.db.statistics import Statistics
from elearning.logs import context
from elearning.metrics import web
from elearning.metrics.counting import counting
from elearning.metrics.web import ALL, Web


@pytest.fixture(autouse=True)
def _well(monkeypatch):
    """One database, which is well, and nobody has asked it yet."""
    of_reader.reader_state.reset()
    of_writer.writer_state.reset()
    monkeypatch.setattr(context, "_service", "web")
    yield
    of_reader.reader_state.reset()
    of_writer.writer_state.reset()


@pytest.fixture
def with_reader(monkeypatch):
    for module in ("elearning.metrics.web", "elearning.db.status"):
        monkeypatch.setattr(f"{module}.has_reader", lambda: True)


@pytest.fixture
def statistics(monkeypatch) -> Statistics:
    statistics = Statistics()
    monkeypatch.setattr(web, "statistics", statistics)
    return statistics


def sets(document):
    return document["_aws"]["CloudWatchMetrics"][0]["Dimensions"]


def test_requests_and_errors_of_the_service_and_latencies_by_route(tell):
    counting.request("home", 200, 12.34)
    counting.request("home", 500, 7.0)
    counting.request("learning:course", 200, 30.06)

    totals, home, course = tell(Web())

    assert (totals["requests"], totals["errors_5xx"]) == (3, 1)
    assert (totals["service"], sets(totals)) == ("web", [["service"]])
    assert (home["route"], home["latency_ms"]) == ("home", [12.3, 7.0])
    assert (course["route"], course["latency_ms"]) == ("learning:course", 30.1)
    assert sets(home) == [["service"], ["service", "route"]], "the service's is of all routes"


def test_latencies_of_the_service_alone(tell):
    counting.request(ALL, 200, 12.3)

    _, latencies = tell(Web())

    assert latencies["latency_ms"] == 12.3
    assert sets(latencies) == [["service"]]
    assert "route" not in latencies


def test_a_busy_minute_tells_every_latency(tell):
    for number in range(1234):
        counting.request("home", 200, number / 10)

    totals, *parts = tell(Web())

    assert totals["requests"] == 1234
    values = [value for part in parts for value in _listed(part["latency_ms"])]
    assert values == [number / 10 for number in range(1234)]
    assert len(parts) == 13


def _listed(target):
    return target if isinstance(target, list) else [target]


def test_a_minute_without_a_request_tells_nothing(tell):
    source = Web()
    counting.request("home", 200, 1.0)
    tell(source)
    source.look()

    assert tell(source) == []


def test_a_process_alone_with_its_database_tells_of_it_with_the_requests(tell):
    source = Web()
    source.look()
    counting.request("home", 200, 1.0)

    totals, _ = tell(source)

    assert totals["writer_down"] == 0.0
    assert not {"breaker_open", "reader_lag_s", "reader_share"} & set(totals)


def test_a_writer_that_is_down_is_told_though_nobody_comes(tell):
    source = Web()
    source.look()
    of_writer.writer_state.went_down(of_writer.writer_state.generation, "2003")
    source.look()

    (document,) = tell(source)

    assert document["writer_down"] == [0.0, 1.0]


def test_with_a_reader_states_are_told_though_nobody_comes(tell, with_reader):
    source = Web()
    of_reader.reader_state.seen(0.1234)
    source.look()
    of_reader.reader_state.connect_failed("2003")
    source.look()

    (document,) = tell(source)

    assert document["breaker_open"] == [0.0, 1.0]
    assert document["reader_lag_s"] == 0.123, "nobody knows it while the breaker is open"
    assert document["writer_down"] == [0.0, 0.0]


def test_the_share_of_the_reader_is_that_of_the_requests_since_last_told(tell, statistics):
    source = Web()
    statistics.requests, statistics.on_reader = 4, 3
    (first,) = tell(source)
    statistics.requests, statistics.on_reader = 6, 3
    (second,) = tell(source)

    assert first["reader_share"] == 0.75
    assert second["reader_share"] == 0.0
    assert tell(source) == []


def test_what_is_counted_while_it_is_read_makes_no_share_above_one(tell, statistics):
    source = Web()
    statistics.requests, statistics.on_reader = 3, 4

    (document,) = tell(source)

    assert document["reader_share"] == 1.0
