"""The pair is what the other tests take it for."""

import contextlib
import socket
import time

import pytest
from django.db import DatabaseError, connections, transaction

from accounts.models import Campus

on_postgresql = pytest.mark.on_postgresql


def on_the_reader() -> int:
    return Campus.objects.using("reader").count()


def committed(pair) -> int:
    """How many rows the writer holds, asked past the forwarder."""
    table = f"{connections['default'].settings_dict['NAME']}.{Campus._meta.db_table}"
    return pair.writer.value(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name of ours


@contextlib.contextmanager
def read_timeout(alias: str, seconds: int):
    """Connections of `alias` that give up a query after so long."""
    options = connections[alias].settings_dict["OPTIONS"]
    before = dict(options)
    connections[alias].close()
    options["read_timeout"] = seconds
    yield
    connections[alias].close()
    options.clear()
    options.update(before)


# --- The servers ------------------------------------------------------------------------


@on_postgresql
def test_a_write_on_the_writer_reaches_the_reader(pair):
    Campus.objects.create(name="本校")
    pair.in_step()
    assert on_the_reader() == 1


@on_postgresql
@pytest.mark.parametrize("run", [1, 2])
def test_each_test_begins_with_empty_tables_on_both(run):
    assert Campus.objects.count() == on_the_reader() == 0
    Campus.objects.create(name="本校")


@on_postgresql
def test_stopped_replication_hides_a_write_until_it_is_started(pair):
    pair.stop_replication()
    Campus.objects.create(name="本校")
    time.sleep(0.3)
    assert on_the_reader() == 0
    pair.start_replication()
    pair.in_step()
    assert on_the_reader() == 1


@on_postgresql
def test_lag_brings_a_write_late(pair):
    pair.lag(1)
    Campus.objects.create(name="本校")
    time.sleep(0.3)
    assert on_the_reader() == 0
    pair.in_step()
    assert on_the_reader() == 1


def test_a_write_through_the_readers_address_is_refused():
    with pytest.raises(DatabaseError) as refused:
        Campus.objects.using("reader").create(name="本校")
    assert refused.value.args[0] == 1290


@on_postgresql
def test_the_two_addresses_lead_to_two_servers(pair):
    ports = []
    for alias in ("default", "reader"):
        with connections[alias].cursor() as cursor:
            cursor.execute(pair.PORT_QUERY)
            ports.append(int(cursor.fetchone()[0]))
    assert ports == [pair.writer.port, pair.replica.port]


@on_postgresql
def test_restoring_revives_a_killed_replica(pair):
    pair.replica.kill()
    pair.restore()
    Campus.objects.create(name="本校")
    pair.in_step()
    connections["reader"].close()
    assert on_the_reader() == 1


@on_postgresql
def test_restoring_throws_away_what_a_promoted_replica_wrote(pair):
    pair.promote()
    Campus.objects.using("reader").create(name="分校")
    assert (Campus.objects.count(), on_the_reader()) == (0, 1)
    pair.restore()
    connections["reader"].close()
    assert on_the_reader() == 0
    Campus.objects.create(name="本校")
    pair.in_step()
    assert on_the_reader() == 1


def test_restoring_undoes_a_read_only_writer(pair):
    pair.writer.query("SET GLOBAL read_only = 1")
    with pytest.raises(DatabaseError):
        Campus.objects.create(name="本校")
    pair.restore()
    Campus.objects.create(name="本校")


# --- The forwarder ----------------------------------------------------------------------


@on_postgresql
def test_cut_loses_the_open_connections_and_takes_new_ones(pair):
    Campus.objects.count()
    before = pair.writer_address.accepted
    pair.writer_address.cut()
    assert pair.writer_address.open == 0
    with pytest.raises(DatabaseError):
        Campus.objects.count()
    connections["default"].close()
    assert Campus.objects.count() == 0
    assert pair.writer_address.accepted == before + 1
    assert pair.writer_address.open == 1


@on_postgresql
def test_refused_means_refused_until_it_accepts_again(pair):
    on_the_reader()
    pair.reader_address.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", pair.reader_address.port), timeout=5)
    with pytest.raises(DatabaseError):
        on_the_reader()
    connections["reader"].close()
    pair.reader_address.accept()
    assert on_the_reader() == 0


def test_stalled_connections_say_nothing_and_then_what_was_held(pair):
    on_the_reader()
    with read_timeout("reader", 1):
        on_the_reader()
        pair.reader_address.stall()
        socket.create_connection(("127.0.0.1", pair.reader_address.port), timeout=5).close()
        began = time.monotonic()
        with pytest.raises(DatabaseError):
            on_the_reader()
        assert 0.9 < time.monotonic() - began < 3
    with socket.create_connection(("127.0.0.1", pair.reader_address.port), timeout=1) as client:
        with pytest.raises(TimeoutError):
            client.recv(1)
        pair.reader_address.flow()
        assert client.recv(1)


@on_postgresql
def test_delay_makes_each_answer_late(pair):
    Campus.objects.count()
    pair.writer_address.delay(0.3)
    began = time.monotonic()
    Campus.objects.count()
    assert 0.3 <= time.monotonic() - began < 2


@on_postgresql
def test_pointed_elsewhere_new_connections_go_there(pair):
    Campus.objects.create(name="本校")
    pair.in_step()
    pair.stop_replication()
    Campus.objects.create(name="分校")
    pair.writer_address.point_at(pair.replica.port)
    assert Campus.objects.count() == 2
    connections["default"].close()
    assert Campus.objects.count() == 1
    pair.writer_address.reset()
    connections["default"].close()
    assert Campus.objects.count() == 2


@on_postgresql
def test_cut_after_commits_although_the_client_sees_an_error(pair):
    with pytest.raises(DatabaseError):
        _create_with_commit_lost(pair.writer_address.cut_after)
    assert committed(pair) == 1


@on_postgresql
def test_cut_before_commits_nothing(pair):
    with pytest.raises(DatabaseError):
        _create_with_commit_lost(pair.writer_address.cut_before)
    assert committed(pair) == 0


@on_postgresql
def test_a_cut_at_a_pattern_happens_once(pair):
    with pytest.raises(DatabaseError):
        _create_with_commit_lost(pair.writer_address.cut_before)
    connections["default"].close()
    _create_with_commit_lost(lambda pattern: None)
    assert committed(pair) == 1


def _create_with_commit_lost(cut) -> None:
    with transaction.atomic():
        Campus.objects.create(name="本校")
        cut(b"COMMIT")
