"""The writer takes no writes any more: nothing is said to be saved that is not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.urls import reverse

from accounts.models import Campus
from elearning.db import promises
from elearning.db.writer_state import writer_state


def give_up_waiting(monkeypatch) -> None:
    """Each request tries the writer, as the first one in a second does."""
    monkeypatch.setattr(promises, "WRITER_TRY_EVERY", 0)


def read_only_server(pair):
    """1290: what a writer answers that was demoted."""
    pair.writer.query("SET GLOBAL read_only = 1")


def read_only_session(pair):
    """1792"""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def read_only_mode(pair):
    """1836: what MySQL answers in innodb_read_only mode, raised here by a trigger."""
    database = connection.settings_dict["NAME"]
    pair.writer.query(
        f"CREATE TRIGGER {database}.read_only_mode BEFORE INSERT ON {database}.accounts_campus"
        " FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1836, MESSAGE_TEXT ="
        " 'Running in read-only mode'"
    )


def writable_again(pair):
    pair.writer.query("SET GLOBAL read_only = 0")
    trigger = f"{connection.settings_dict['NAME']}.read_only_mode"
    pair.writer.query(f"DROP TRIGGER IF EXISTS {trigger}")


REFUSALS = [read_only_server, read_only_session, read_only_mode]


@pytest.fixture(autouse=True)
def _writable_again(pair, transactional_db):
    yield
    writable_again(pair)


@pytest.mark.parametrize("refuses", REFUSALS)
def test_16_a_post_gets_503_with_retry_after(pair, own_client, refuses):
    refuses(pair)

    response = own_client.post("/probe/", headers={"Accept": "text/html"})

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    page = response.content.decode()
    assert "送り直す" in page
    assert "Send again" in page
    pair.in_step()
    assert not Campus.objects.using("reader").filter(name="新校舎").exists()


@pytest.mark.parametrize("refuses", REFUSALS)
def test_16_an_idempotent_post_succeeds_exactly_once(pair, own_client, refuses, monkeypatch):
    give_up_waiting(monkeypatch)
    own_client.defaults["HTTP_IDEMPOTENCY_KEY"] = "the-same-each-time"
    refuses(pair)

    assert own_client.post("/probe/").status_code == 503
    # A session's refusal goes with its connection.
    at_once = refuses is read_only_session
    assert own_client.post("/probe/").status_code == (200 if at_once else 503)
    writable_again(pair)
    answers = [own_client.post("/probe/") for _ in range(3)]

    assert [answer.json() for answer in answers] == [{"campuses": 1}] * 3
    assert Campus.objects.filter(name="新校舎").count() == 1


def test_16_every_thread_reconnects(pair, own_client, monkeypatch):
    """Their connections lead to a server that was demoted: none may be used again."""
    threads = 4
    together = threading.Barrier(threads, timeout=10)
    healthy = threading.Event()

    def connection_id() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT CONNECTION_ID()")
            return cursor.fetchone()[0]

    def work(number: int) -> tuple[int, int]:
        before = connection_id()
        together.wait()
        if number == 0:
            # One of them meets the error; the others have done nothing but wait.
            pair.writer.query("SET GLOBAL read_only = 1")
            assert own_client.post("/probe/").status_code == 503
            pair.writer.query("SET GLOBAL read_only = 0")
            healthy.set()
        assert healthy.wait(10)
        after = connection_id()
        connections.close_all()
        return before, after

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(work, range(threads)))

    assert all(before != after for before, after in found), found
    assert writer_state.failovers == 1


def test_16_scripts_are_told_in_json(pair, own_client):
    read_only_server(pair)

    response = own_client.post("/probe/", headers={"Accept": "*/*"})

    assert response.status_code == 503
    assert "もう一度お試しください" in response.json()["error"]


def test_16_while_it_is_down_most_requests_do_not_wait_for_a_connect(pair, own_client, monkeypatch):
    pair.writer_address.refuse()
    own_client.post("/probe/")  # breaks on the old connection
    own_client.post("/probe/")  # finds that there is no new one
    tried = []
    monkeypatch.setattr(connection, "get_new_connection", lambda params: tried.append(params))

    for _ in range(5):
        assert own_client.post("/probe/").status_code == 503

    assert tried == []


def test_16_a_page_that_loses_its_writer_each_time_is_run_twice(pair, own_client, probe):
    """Perhaps it is the page that does it."""
    runs = []

    def view(request):
        runs.append(Campus.objects.all().db)
        pair.writer_address.cut()
        return Campus.objects.count()

    own_client.post(reverse("profile_language"), {"language": "ja"})  # pinned to the writer
    probe(view)

    assert own_client.get("/probe/").status_code == 503

    assert runs == ["default", "default"]


def test_16_a_broken_connection_alone_does_not_mean_that_the_writer_is_down(pair, own_client):
    own_client.get("/")
    pair.writer_address.cut()

    own_client.post("/probe/")

    assert not writer_state.down
    assert own_client.post("/probe/").status_code == 200
