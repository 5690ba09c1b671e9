"""A server that is slow, locked or full has not gone."""

import contextlib
import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from accounts.models import Campus
from elearning.db import events, promises
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state
from tests.pair.asked import only_reader

MySQLdb = pytest.importorskip("MySQLdb")


@contextlib.contextmanager
def impatient(monkeypatch, alias: str, **session: object):
    """The alias with shorter limits of the server, so that the test need not wait for them."""
    wrapper = connections[alias]
    wrapper.close()
    limits = ", ".join(f"{name} = {value}" for name, value in session.items())
    monkeypatch.setitem(wrapper.settings_dict["OPTIONS"], "init_command", f"SET SESSION {limits}")
    yield
    wrapper.close()


def nothing_happened() -> bool:
    return not writer_state.down and writer_state.generation == 0 and reader_state.usable()


def test_a_slow_page_is_an_error_of_ours_and_is_not_run_again(pair, watch, probe, monkeypatch):
    runs = []

    def view(request):
        runs.append(Campus.objects.all().db)
        with connections["reader"].cursor() as cursor:
            cursor.execute("SELECT SLEEP(30)")

    probe(view)
    with impatient(monkeypatch, "reader", max_statement_time=0.2):
        for _ in range(3):
            assert Client(raise_request_exception=False).get("/probe/").status_code == 500

    assert runs == ["reader"] * 3
    assert nothing_happened()


def test_a_statement_that_we_give_up_is_given_up_by_the_server_too(pair, watch):
    """Else it would be done when the lock goes, after we said that it may not be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@innodb_lock_wait_timeout, @@max_statement_time")
        lock, statement = cursor.fetchone()

    assert lock < statement < connection.settings_dict["OPTIONS"]["read_timeout"]


@pytest.fixture
def locked(pair):
    """`locked(sql)` holds what the statement locks, in a transaction of another connection."""
    held = []

    def hold(sql: str) -> None:
        other = pair.writer.connect()
        other.autocommit(False)
        other.cursor().execute(sql)
        held.append(other)

    yield hold
    for other in held:
        other.rollback()
        other.close()


def test_a_post_that_waits_for_a_lock_in_vain_has_changed_nothing(
    pair, watch, probe, locked, monkeypatch
):
    Campus.objects.create(name="本校")
    database = connection.settings_dict["NAME"]
    locked(f"SELECT * FROM {database}.accounts_campus FOR UPDATE")
    probe(lambda request: Campus.objects.update(name="別名"))

    with impatient(monkeypatch, "default", innodb_lock_wait_timeout=1):
        answer = Client().post("/probe/", headers={"Accept": "text/html"})

    assert answer.status_code == 503
    assert "送り直す" in answer.content.decode()
    assert nothing_happened()
    assert Campus.objects.get().name == "本校"


def test_a_locked_heartbeat_row_is_no_outage(pair, watch, locked, monkeypatch):
    watch.look()
    database = connection.settings_dict["NAME"]
    locked(f"SELECT * FROM {database}.elearning_db_heartbeat FOR UPDATE")
    monkeypatch.setitem(
        watch._probe("default").settings_dict["OPTIONS"],
        "init_command",
        "SET SESSION innodb_lock_wait_timeout = 1",
    )
    watch.close()

    watch.look()

    assert not writer_state.down
    assert writer_state.generation == 0
    assert not reader_state.usable(), "nobody knows how far it is behind"
    assert reader_state.answering()


def test_nor_is_a_heartbeat_table_that_is_not_there_yet(pair, watch, monkeypatch):
    """A new release, before its migrations."""
    monkeypatch.setattr("elearning.db.lag.COUNT_UP", "UPDATE no_such_table SET beat = 1")

    watch.look()

    assert not writer_state.down
    assert not reader_state.usable()


@pytest.fixture
def full(pair):
    """The writer takes no more connections of the application."""
    # Of this user, beside those that he has: what 1040 is to all, 1226 is to him.
    pair.writer.query("GRANT USAGE ON *.* TO juku@'%' WITH MAX_USER_CONNECTIONS 1")
    yield
    pair.writer.query("GRANT USAGE ON *.* TO juku@'%' WITH MAX_USER_CONNECTIONS 0")
    pair.writer.query("FLUSH USER_RESOURCES")


def test_a_writer_that_has_no_room_is_not_down(pair, watch, probe, full):
    """Those who are connected go on; who is not is asked to come again."""
    watch.close()
    # Told once a minute, and another test may have been first.
    writer_state.reset()
    probe(lambda request: Campus.objects.create(name="新校舎").pk)
    connection.ensure_connection()
    answers = []

    def elsewhere():
        answers.append(Client().post("/probe/").status_code)
        connections.close_all()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    assert answers == [503]
    assert "writer_refuses_connections" in [event.name for event in events.latest()]
    watch.look()  # with a new connection too, which it does not get
    assert not writer_state.down
    assert writer_state.generation == 0
    assert Client().post("/probe/").status_code == 200


def test_a_reader_that_has_no_room_stays_out_of_use_until_it_has(pair, watch, probe):
    """Though the monitor's own connection to it works all the while."""
    probe(lambda request: Campus.objects.count())
    connections["reader"].close()
    pair.replica.query("SET GLOBAL max_connections = 10")
    crowd = []
    try:
        with contextlib.suppress(MySQLdb.OperationalError):
            while True:
                crowd.append(pair.connect(pair.reader_address))
        assert Client().get("/probe/").status_code == 200
        assert reader_state.open_since is not None

        watch.look()
        assert reader_state.open_since is not None
    finally:
        for one in crowd:
            one.close()
        pair.replica.query("SET GLOBAL max_connections = 300")

    watch.look()
    assert only_reader(Client().get("/probe/"))


@pytest.mark.parametrize("alias", ["default", "reader"])
def test_outside_a_request_a_lost_connection_is_djangos_error(pair, watch, alias):
    """Not the driver's own, which no task or command would expect; and met once."""
    campuses = Campus.objects.using(alias)
    assert campuses.count() == 0
    pair.writer_address.cut()
    pair.reader_address.cut()

    with pytest.raises(OperationalError):
        list(campuses.all())

    assert campuses.count() == 0


def test_in_a_transaction_too(pair, watch):
    @transaction.atomic
    def make_two():
        Campus.objects.create(name="新校舎")
        pair.writer_address.cut()
        Campus.objects.create(name="別の校舎")

    with pytest.raises(OperationalError):
        make_two()

    assert Campus.objects.count() == 0


def test_while_it_is_down_one_request_at_a_time_waits_for_it(pair, watch, probe, monkeypatch):
    """A black hole must not swallow all threads."""
    probe(lambda request: Campus.objects.create(name="新校舎").pk)
    monkeypatch.setattr(promises, "WRITER_TRY_EVERY", 0)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "connect_timeout", 1)
    writer_state.went_down(writer_state.generation, "2003")
    pair.writer_address.stall()
    waited = []

    def post():
        began = time.monotonic()
        assert Client().post("/probe/").status_code == 503
        waited.append(time.monotonic() - began)
        connections.close_all()

    crowd = [threading.Thread(target=post) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()

    assert sum(seconds > 0.9 for seconds in waited) == 1, waited
