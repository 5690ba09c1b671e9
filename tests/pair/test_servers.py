"""The pair is what the other tests take it for: asked by the driver alone, without Django."""

import contextlib
import socket
import threading
import time

import pytest
from django.db import connections

from accounts.models import Campus

pytestmark = pytest.mark.on_postgresql


class Client:
    """A connection of the driver through one of the addresses, and what a test does with it."""

    def __init__(self, pair, address, seconds: int = 10) -> None:
        self._connection = pair.connect(address, seconds)
        self.Error = self._connection.Error

    def run(self, sql: str) -> list[tuple]:
        cursor = self._connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    def count(self) -> int:
        return self.run("SELECT COUNT(*) FROM things")[0][0]

    def add(self) -> None:
        self.run("INSERT INTO things VALUES (1)")

    def close(self) -> None:
        with contextlib.suppress(self.Error):
            self._connection.close()


@pytest.fixture
def client_at(pair):
    """`client_at(address)`: a Client of it; one table "things", empty, is there for it."""
    clients = []

    def connect(address, seconds: int = 10) -> Client:
        clients.append(Client(pair, address, seconds))
        return clients[-1]

    client = connect(pair.writer_address)
    client.run("DROP TABLE IF EXISTS things")
    client.run("CREATE TABLE things (id INTEGER)")
    pair.in_step()
    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def writer(client_at, pair) -> Client:
    return client_at(pair.writer_address)


@pytest.fixture
def reader(client_at, pair) -> Client:
    return client_at(pair.reader_address)


# --- The servers ------------------------------------------------------------------------


def test_the_addresses_lead_to_two_servers(pair, writer, reader):
    ports = [int(client.run(pair.PORT_QUERY)[0][0]) for client in (writer, reader)]
    assert ports == [pair.writer.port, pair.replica.port]


def test_a_write_on_the_writer_reaches_the_reader(pair, writer, reader):
    writer.add()
    pair.in_step()
    assert reader.count() == 1


def test_stopped_replication_hides_a_write_until_it_is_started(pair, writer, reader):
    pair.stop_replication()
    writer.add()
    time.sleep(0.3)
    assert reader.count() == 0
    pair.start_replication()
    pair.in_step()
    assert reader.count() == 1


def test_lag_brings_a_write_late(pair, writer, reader):
    pair.lag(1)
    writer.add()
    time.sleep(0.7)
    assert reader.count() == 0
    pair.in_step()
    assert reader.count() == 1


def test_a_write_through_the_readers_address_is_refused(pair, writer, reader):
    with pytest.raises(reader.Error) as refused:
        reader.add()
    assert getattr(refused.value, "sqlstate", refused.value.args[0]) in (1290, "25006")


def test_a_promoted_replica_has_all_it_received_and_takes_writes(pair, writer, reader):
    pair.stop_replication()
    writer.add()
    time.sleep(0.3)
    pair.writer.kill()
    pair.promote()
    assert reader.count() == 1
    reader.add()
    assert reader.count() == 2


def test_restoring_throws_away_what_a_promoted_replica_wrote(pair, writer, reader, client_at):
    pair.promote()
    reader.add()
    pair.restore()
    assert client_at(pair.reader_address).count() == 0
    writer.add()
    pair.in_step()
    assert client_at(pair.reader_address).count() == 1


@pytest.mark.parametrize("server", ["writer", "replica"])
def test_restoring_revives_a_killed_server(pair, server, client_at):
    getattr(pair, server).kill()
    pair.restore()
    client_at(pair.writer_address).add()
    pair.in_step()
    assert client_at(pair.reader_address).count() == 1


def test_restoring_ends_lag_and_starts_replication(pair, writer, reader):
    pair.lag(60)
    pair.stop_replication()
    writer.add()
    pair.restore()
    assert reader.count() == 1


# --- The tables of Django -----------------------------------------------------------------


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_begins_with_empty_tables_on_both(pair, run):
    assert Campus.objects.using("default").count() == 0
    assert Campus.objects.using("reader").count() == 0
    Campus.objects.create(name="本校")
    pair.in_step()
    assert Campus.objects.using("reader").count() == 1


def test_the_reader_has_the_name_of_the_writers_test_database():
    names = [connections[alias].settings_dict["NAME"] for alias in ("default", "reader")]
    assert names[0] == names[1]
    assert names[0].startswith("test_")


# --- The forwarder ------------------------------------------------------------------------


def test_cut_loses_the_open_connections_and_takes_new_ones(pair, writer, client_at):
    before = pair.writer_address.accepted
    pair.writer_address.cut()
    assert pair.writer_address.open == 0
    with pytest.raises(writer.Error):
        writer.count()
    assert client_at(pair.writer_address).count() == 0
    assert pair.writer_address.accepted == before + 1
    assert pair.writer_address.open == 1


def test_refused_means_refused_until_it_accepts_again(pair, reader, client_at):
    pair.reader_address.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", pair.reader_address.port), timeout=5)
    with pytest.raises(reader.Error):
        reader.count()
    pair.reader_address.accept()
    assert client_at(pair.reader_address).count() == 0


def test_a_stall_lets_no_byte_pass_and_then_those_that_were_held(pair, reader):
    pair.reader_address.stall()

    with socket.create_connection(("127.0.0.1", pair.reader_address.port), timeout=1) as client:
        # A question that both kinds of server answer: PostgreSQL's "do you speak TLS?".
        client.sendall(bytes.fromhex("0000000804d2162f"))
        with pytest.raises(TimeoutError):
            client.recv(1)
        pair.reader_address.flow()
        assert client.recv(1)
    assert reader.count() == 0


def test_a_stall_holds_open_connections_too(pair, reader):
    pair.reader_address.stall()
    began = time.monotonic()
    _in_thread_after(0.5, pair.reader_address.flow)
    assert reader.count() == 0
    assert 0.5 <= time.monotonic() - began < 3


def test_delay_makes_each_answer_late(pair, writer):
    pair.writer_address.delay(0.3)
    began = time.monotonic()
    writer.count()
    assert 0.3 <= time.monotonic() - began < 2


def test_pointed_elsewhere_new_connections_go_there(pair, writer, client_at):
    pair.writer_address.point_at(pair.replica.port)
    moved = client_at(pair.writer_address)
    ports = [int(client.run(pair.PORT_QUERY)[0][0]) for client in (writer, moved)]
    assert ports == [pair.writer.port, pair.replica.port]
    pair.writer_address.reset()
    assert writer.count() == 0
    with pytest.raises(moved.Error):
        moved.count()


def test_cut_after_commits_although_the_client_sees_an_error(pair, writer, client_at):
    pair.writer_address.cut_after(b"COMMIT")
    with pytest.raises(writer.Error):
        _add_in_a_transaction(writer)
    assert client_at(pair.writer_address).count() == 1


def test_cut_before_commits_nothing(pair, writer, client_at):
    pair.writer_address.cut_before(b"COMMIT")
    with pytest.raises(writer.Error):
        _add_in_a_transaction(writer)
    assert client_at(pair.writer_address).count() == 0


def test_a_cut_at_a_pattern_happens_once(pair, writer, client_at):
    pair.writer_address.cut_before(b"COMMIT")
    with pytest.raises(writer.Error):
        _add_in_a_transaction(writer)
    again = client_at(pair.writer_address)
    _add_in_a_transaction(again)
    assert again.count() == 1


def _add_in_a_transaction(client: Client) -> None:
    client.run("BEGIN")
    client.add()
    client.run("COMMIT")


def _in_thread_after(seconds: float, work) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()
