"""The reader goes, and nobody notices."""

import threading
import time

import pytest
from django.db import close_old_connections, connections
from django.test import Client

from accounts.models import Campus
from elearning.db import promises
from elearning.db.lag import AuroraLag
from elearning.db.monitor import Monitor
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state
from tests.pair.asked import asked, only_reader, only_writer


def reads(client: Client):
    """As a request of gunicorn's: Django's test client leaves out the look at old connections."""
    close_old_connections()
    response = client.get("/probe/")
    assert response.status_code == 200
    return response


@pytest.fixture
def client(pair, watch, probe):
    """Of somebody who only reads; one of its requests has gone to the reader already."""
    probe(lambda request: Campus.objects.count())
    client = Client()
    assert only_reader(reads(client))
    return client


@pytest.fixture
def watching(monkeypatch):
    """The real monitor in its own thread, in more of a hurry than in production."""
    monkeypatch.setattr(promises, "MONITOR_PERIOD", 0.1)
    monkeypatch.setattr(promises, "MONITOR_PERIOD_IN_TROUBLE", 0.1)
    monitor = Monitor()
    thread = threading.Thread(target=monitor.run)
    thread.start()
    yield
    monitor.stop()
    thread.join()


def wait_until(true, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def short_waits(monkeypatch):
    """A second for a statement on the reader instead of five: this is about what comes after."""
    reader = connections["reader"]
    reader.close()
    monkeypatch.setitem(reader.settings_dict["OPTIONS"], "read_timeout", 1)


@pytest.mark.on_postgresql
def test_12_the_reader_refuses_connections(pair, client, monkeypatch):
    pair.reader_address.refuse()

    began = time.monotonic()
    first = reads(client)
    took = time.monotonic() - began

    assert asked(first).writer > 0
    assert took < 1.5
    # The next ones don't try it: they are as fast as without a reader.
    tried = []
    reader = connections["reader"]
    monkeypatch.setattr(reader, "ensure_connection", lambda: tried.append("reader"))
    for _ in range(10):
        assert only_writer(reads(client))
    assert tried == []


@pytest.mark.on_postgresql
def test_13_the_reader_dies_in_the_middle_of_a_get_which_is_run_once_more(pair, client, probe):
    runs = []

    def view(request):
        runs.append(Campus.objects.all().db)
        found = Campus.objects.count()
        if len(runs) == 1:
            pair.reader_address.cut()
        return found + Campus.objects.count()

    probe(view)

    assert reads(client).content == b"0"

    assert runs == ["reader", "default"]
    # One lost connection may be chance: the reader is not given up for it.
    probe(lambda request: Campus.objects.count())
    assert only_reader(reads(client))


def test_13_the_second_run_knows_nothing_of_the_first(pair, client, probe):
    def view(request):
        found = getattr(request, "left_by", "nobody")
        request.left_by = "the first run"
        if Campus.objects.all().db == "reader":
            Campus.objects.count()
            pair.reader_address.cut()
        Campus.objects.count()
        return found

    probe(view)

    assert reads(client).content == b"nobody"


def test_13_even_if_the_view_catches_every_exception(pair, client, probe):
    def view(request):
        if Campus.objects.all().db == "reader":
            Campus.objects.count()
            pair.reader_address.cut()
        try:
            return Campus.objects.count()
        except Exception:
            return "nothing"

    probe(view)

    assert reads(client).content == b"0"


@pytest.mark.parametrize("method", ["post", "get"])
def test_13_once_something_was_written_nothing_is_run_again(pair, client, probe, method):
    runs = []

    def view(request):
        runs.append(request.method)
        Campus.objects.create(name=f"校舎{len(runs)}")
        pair.writer_address.cut()
        return Campus.objects.count()

    probe(view)

    assert getattr(client, method)("/probe/").status_code == 503

    assert runs == [method.upper()]
    assert Campus.objects.count() == 1


def test_13_nor_is_a_post_that_loses_the_reader(pair, client, probe):
    runs = []

    def view(request):
        runs.append(request.method)
        Campus.objects.using("reader").count()
        pair.reader_address.cut()
        return Campus.objects.using("reader").count()

    probe(view)

    assert client.post("/probe/").status_code == 503
    assert runs == ["POST"]


def test_13_two_lost_connections_in_ten_seconds_open_the_breaker(pair, client, probe):
    def view(request):
        if Campus.objects.all().db == "reader":
            Campus.objects.count()
            pair.reader_address.cut()
        return Campus.objects.count()

    probe(view)

    reads(client)
    assert reader_state.open_since is None
    reads(client)
    assert reader_state.open_since is not None


def test_14_the_reader_is_a_black_hole(pair, client, short_waits, monkeypatch):
    reads(client)
    pair.reader_address.stall()

    assert asked(reads(client)).writer > 0

    assert reader_state.open_since is not None
    before = pair.reader_address.accepted
    for _ in range(10):
        assert only_writer(reads(client))
    assert pair.reader_address.accepted == before, "only the monitor may probe"


def test_14_also_one_that_opens_in_the_middle_of_a_statement(pair, client, probe, short_waits):
    def view(request):
        Campus.objects.count()
        if Campus.objects.all().db == "reader":
            pair.reader_address.stall()
        return Campus.objects.count()

    probe(view)

    assert reads(client).content == b"0"

    assert reader_state.usable(), "one lost statement may be chance"
    assert asked(reads(client)).writer > 0
    assert reader_state.open_since is not None


def test_14_the_monitor_probes_and_closes_the_breaker_by_itself(pair, client, watching):
    pair.reader_address.stall()
    wait_until(lambda: reader_state.open_since is not None)
    before = pair.reader_address.accepted
    wait_until(lambda: pair.reader_address.accepted > before)
    assert only_writer(reads(client))

    pair.reader_address.flow()

    wait_until(reader_state.usable)
    assert only_reader(reads(client))


def test_15_lag_of_two_seconds_sends_reads_to_the_writer(pair, client, watch):
    pair.lag(2)
    watch.look()

    assert reader_state.lag > promises.ALLOWED_LAG
    assert only_writer(reads(client))
    assert reader_state.open_since is None, "it answers; it is only late"

    pair.lag(0)
    pair.in_step()
    watch.look()
    assert only_reader(reads(client))


@pytest.mark.on_postgresql
def test_15_so_does_replication_that_stands_still(pair, client, watch):
    pair.stop_replication()
    watch.look()

    assert only_writer(reads(client))

    pair.start_replication()
    pair.in_step()
    watch.look()
    assert only_reader(reads(client))


def test_15_and_a_monitor_without_news(pair, client, watch, monkeypatch):
    monkeypatch.setattr(promises, "NEWS_GOOD_FOR", 0.2)
    time.sleep(0.3)

    assert only_writer(reads(client))

    watch.look()
    assert only_reader(reads(client))


def test_15_it_recovers_without_a_restart(pair, client, watching):
    pair.stop_replication()
    wait_until(lambda: not reader_state.usable())
    assert only_writer(reads(client))

    pair.start_replication()

    wait_until(reader_state.usable)
    assert only_reader(reads(client))


@pytest.fixture
def aurora(pair, watch, transactional_db):
    """Aurora's table, as this MariaDB can show it; gives a function that fills it."""
    table = f"{connections['default'].settings_dict['NAME']}.replica_host_status"
    pair.writer.query(
        f"CREATE OR REPLACE TABLE {table} (server_id VARCHAR(100),"
        " session_id VARCHAR(100), replica_lag_in_milliseconds FLOAT,"
        " last_update_timestamp DATETIME(6))"
    )
    source = AuroraLag()
    source.table = "replica_host_status"
    source.this_server = "'reader-1'"
    watch._source = source

    def report(server: str, lag: float, seconds_ago: float = 0, session: str = "r") -> None:
        pair.writer.query(f"DELETE FROM {table} WHERE server_id = %s", server)
        pair.writer.query(
            f"INSERT INTO {table} VALUES (%s, %s, %s, UTC_TIMESTAMP(6) - INTERVAL %s SECOND)",
            server,
            session,
            lag,
            seconds_ago,
        )
        pair.in_step()
        watch.look()

    yield report
    pair.writer.query(f"DROP TABLE {table}")


def test_15_on_aurora_its_own_figures_count(pair, client, aurora):
    aurora("writer-1", 0, session="MASTER_SESSION_ID")
    aurora("reader-1", 14)
    assert reader_state.lag == pytest.approx(0.014)
    assert only_reader(reads(client))

    aurora("reader-1", 2000)
    assert only_writer(reads(client))

    aurora("reader-1", 20)
    assert only_reader(reads(client))
    aurora("reader-2", 3000)
    assert only_writer(reads(client)), "a connection may lead to any of them"


def test_15_on_aurora_a_replica_that_left_is_forgotten(pair, client, aurora):
    aurora("reader-1", 20)
    aurora("reader-2", 3000, seconds_ago=3600)

    assert only_reader(reads(client))


def test_15_on_aurora_one_that_is_silent_is_not_used(pair, client, aurora):
    aurora("reader-1", 20, seconds_ago=30)
    reader_state.reset()

    aurora("reader-2", 20)

    assert reader_state.lag is None
    assert only_writer(reads(client))


def test_15_on_aurora_the_writer_is_sent_no_heartbeat(pair, watch, aurora):
    from elearning.db.models import Heartbeat

    before = Heartbeat.objects.get().beat
    aurora("reader-1", 20)
    watch.look()

    assert Heartbeat.objects.get().beat == before
    assert not writer_state.down
