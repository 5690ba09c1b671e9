"""Figures of a site with a writer and a reader: the reader's share, its lag, its breaker."""

import json

import pytest
from django.db import connections

from elearning.db.statistics import Statistics
from elearning.metrics.counting import counting
from elearning.metrics.web import Web
from tests.elearning.metrics.emf_rules import checked
from tests.pair.asked import only_writer


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    """Neither requests nor statistics of other tests."""
    statistics = Statistics()
    monkeypatch.setattr("elearning.db.middleware.statistics", statistics)
    monkeypatch.setattr("elearning.metrics.web.statistics", statistics)
    counting.__init__()


@pytest.fixture
def source(settings) -> Web:
    """Of a process that begins now, and counts."""
    settings.METRICS = "routes"
    return Web()


def told(source: Web):
    """The totals of the service, and the latencies by route."""
    source.look()
    totals, *rest = [checked(json.dumps(document)) for document in source.take(1_795_248_000.0)]
    return totals, {document["route"]: document["latency_ms"] for document in rest}


def test_pages_that_only_read_are_the_readers_share(
    pair, watch, cast, sign_in, source, monkeypatch
):
    monkeypatch.setattr("elearning.metrics.emitting.ensure_running", lambda source: None)
    client = sign_in(cast.haruna)
    pair.in_step()

    for _ in range(3):
        assert client.get("/courses/").status_code == 200
    # The next is served by the writer whole: it changes something.
    client.post("/profile/language/", {"language": "en"})

    totals, latencies = told(source)

    assert totals["requests"] == 4
    assert totals["reader_share"] == 0.75
    assert totals["breaker_open"] == 0.0
    assert totals["writer_down"] == 0.0
    assert 0 <= totals["reader_lag_s"] < 60
    assert sorted(latencies) == ["learning:courses", "profile_language"]
    assert len(latencies["learning:courses"]) == 3


def test_a_reader_that_dies_and_a_writer_that_dies_are_seen(pair, watch, source):
    source.look()
    pair.reader_address.refuse()
    watch.look()
    source.look()
    pair.writer_address.refuse()
    watch.look()
    totals, _ = told(source)

    assert totals["breaker_open"] == [0.0, 1.0, 1.0]
    assert totals["writer_down"] == [0.0, 0.0, 1.0]
    assert totals["reader_lag_s"] >= 0, "known at the first look alone"


def test_a_request_that_lost_its_reader_is_counted_once_by_its_name(
    pair, watch, cast, sign_in, source, monkeypatch
):
    """The object that the middleware saw never met the resolver: it was run again as another."""
    monkeypatch.setattr("elearning.metrics.emitting.ensure_running", lambda source: None)
    client = sign_in(cast.haruna)
    pair.in_step()
    pair.reader_address.refuse()
    connections["reader"].close()

    response = client.get("/courses/")

    assert only_writer(response)
    totals, latencies = told(source)
    assert totals["requests"] == 1
    assert totals["reader_share"] == 0.0
    assert totals["breaker_open"] == 1.0
    assert list(latencies) == ["learning:courses"]
