"""The writer goes: nothing is said to be saved that is not, and pages stay readable."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Campus
from courses.enrolment.models import Progress
from elearning.db import pins, promises
from elearning.db.idempotency.decorators import idempotent
from elearning.db.idempotency.models import IdempotencyKey
from elearning.db.writer_state import writer_state
from tests.pair.asked import asked, only_reader

NOTICE = "ただいま保存先を切り替えています。"


def forget_pin(client: Client) -> None:
    client.cookies.pop(pins.COOKIE, None)


def give_up_waiting(monkeypatch) -> None:
    """Each request tries the writer, as the first one in a second does."""
    monkeypatch.setattr(promises, "WRITER_TRY_EVERY", 0)


# --- 16: it takes no writes any more ------------------------------------------------------


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


@pytest.fixture
def own_client(pair, watch, cast, sign_in, probe):
    """Haruna's; at PROBE she makes a campus, once a key."""

    @idempotent
    def make(request):
        from django.http import JsonResponse

        Campus.objects.create(name="新校舎")
        return JsonResponse({"campuses": Campus.objects.filter(name="新校舎").count()})

    probe(make)
    client = sign_in(cast.haruna)
    yield client
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
    assert own_client.post("/probe/").status_code == 503 or refuses is read_only_session
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


# --- 17: nobody knows whether it was committed --------------------------------------------


@pytest.mark.parametrize("lost", ["cut_after", "cut_before"])
def test_17_a_connection_lost_at_commit_the_retry_leaves_one_row(pair, own_client, lost):
    """cut_after: it was committed, and nobody heard of it. cut_before: it was not."""
    key = {"Idempotency-Key": "one-and-the-same"}
    getattr(pair.writer_address, lost)(b"COMMIT")

    first = own_client.post("/probe/", headers=key)

    assert first.status_code == 503
    assert Campus.objects.filter(name="新校舎").count() == (lost == "cut_after")
    again = own_client.post("/probe/", headers=key)
    assert again.json() == {"campuses": 1}
    assert again.headers.get("Idempotency-Replayed") == ("true" if lost == "cut_after" else None)
    assert Campus.objects.filter(name="新校舎").count() == 1


@pytest.mark.parametrize("lost", ["cut_after", "cut_before"])
def test_17_a_heartbeat_whose_commit_was_lost_counts_once(pair, watch, cast, sign_in, lost):
    client = sign_in(cast.haruna)
    beat = {
        "path": reverse("enrolment:beat", args=[cast.note.pk]),
        "data": {"seconds": 20},
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "beat-1"},
    }
    getattr(pair.writer_address, lost)(b"COMMIT")

    assert client.post(**beat).status_code == 503
    assert client.post(**beat).status_code == 200

    assert Progress.objects.get(student=cast.haruna, activity=cast.note).seconds == 20
    assert IdempotencyKey.objects.count() == 1


def test_17_outside_a_request_the_error_is_the_databases_own(pair, watch):
    # Connected before: the greeting says READ COMMITTED.
    connection.ensure_connection()
    pair.writer_address.cut_after(b"COMMIT")

    with pytest.raises(OperationalError), transaction.atomic():
        Campus.objects.create(name="新校舎")

    assert Campus.objects.count() == 1


# --- 18: its address leads to a reader ----------------------------------------------------


@pytest.mark.on_postgresql
def test_18_no_write_is_reported_as_done_that_is_not(pair, watch, cast, sign_in, monkeypatch):
    """As in a failover, when the name already leads elsewhere and the old server lives on."""
    give_up_waiting(monkeypatch)
    client = sign_in(cast.tanaka)
    pair.in_step()
    path = reverse("catalog:lesson_new", args=[cast.maths.pk])
    done = []

    def add(title: str) -> None:
        response = client.post(path, {"title": title})
        assert response.status_code in (302, 503)
        if response.status_code == 302:
            done.append(title)

    add("前")
    pair.writer_address.point_at(pair.replica.port)
    for number in range(5):
        add(f"古い接続で {number}")
    pair.writer_address.cut()
    refused = len(done)
    for number in range(10):
        add(f"読み取り専用へ {number}")
    assert len(done) == refused
    pair.writer_address.point_at(pair.writer.port)
    pair.writer_address.cut()
    add("後")

    titles = set(cast.maths.lessons.values_list("title", flat=True))
    assert done[0] == "前"
    assert done[-1] == "後"
    assert set(done) <= titles
    assert titles <= {*done, cast.lesson.title}


@pytest.mark.on_postgresql
def test_18_nor_when_many_write_while_it_happens(pair, watch, cast, sign_in, monkeypatch):
    give_up_waiting(monkeypatch)
    path = reverse("catalog:lesson_new", args=[cast.maths.pk])
    clients = [sign_in(cast.tanaka) for _ in range(4)]
    over = threading.Event()

    def write(number: int) -> tuple[set[str], set[str]]:
        done, refused = set(), set()
        while not over.is_set():
            title = f"{number}-{len(done) + len(refused)}"
            response = clients[number].post(path, {"title": title})
            assert response.status_code in (302, 503)
            (done if response.status_code == 302 else refused).add(title)
        connections.close_all()
        return done, refused

    with ThreadPoolExecutor(len(clients)) as pool:
        found = [pool.submit(write, number) for number in range(len(clients))]
        time.sleep(0.5)
        pair.writer_address.point_at(pair.replica.port)
        pair.writer_address.cut()
        time.sleep(1)
        pair.writer_address.point_at(pair.writer.port)
        time.sleep(0.5)
        over.set()
        results = [future.result() for future in found]

    done = set().union(*(done for done, _ in results))
    refused = set().union(*(refused for _, refused in results))
    titles = set(cast.maths.lessons.values_list("title", flat=True)) - {cast.lesson.title}
    assert done <= titles
    assert titles <= done | refused
    assert all(done for done, _ in results)
    assert refused


def test_18_nor_is_a_stale_read_taken_for_the_writers(pair, watch, cast, sign_in):
    """Who has just written must not be shown the replica as if it were the writer."""
    pair.stop_replication()
    Campus.objects.create(name="新校舎")
    pair.writer_address.point_at(pair.replica.port)
    connections["default"].close()

    for _ in range(2):
        with pytest.raises(OperationalError, match="takes no writes"):
            Campus.objects.count()


# --- 19: it is down -----------------------------------------------------------------------

LEARNING = {
    "home": [],
    "learning:courses": [],
    "learning:course": ["maths"],
    "learning:activity": ["note"],
}


@pytest.fixture
def haruna(pair, watch, cast, sign_in):
    client = sign_in(cast.haruna)
    pair.in_step()
    return client


def learning_paths(cast) -> list[str]:
    return [
        reverse(name, args=[getattr(cast, of).pk for of in arguments])
        for name, arguments in LEARNING.items()
    ]


@pytest.mark.on_postgresql
@pytest.mark.parametrize("monitored", [False, True])
def test_19_learning_pages_answer_200_with_the_notice(pair, watch, cast, haruna, monitored):
    pair.writer_address.refuse()
    if monitored:
        watch.look()
        assert writer_state.down

    for path in learning_paths(cast):
        page = haruna.get(path)
        assert page.status_code == 200, path
        assert "sessionid" not in page.cookies
        # Before anybody has met the failure there is nothing to give notice of.
        assert (NOTICE in page.content.decode()) is writer_state.down
    # The last of them is opened for the first time, which would be written down.
    assert NOTICE in page.content.decode()

    pair.writer_address.accept()
    watch.look()
    page = haruna.get("/")
    assert page.status_code == 200
    assert NOTICE not in page.content.decode()


def test_19_also_for_who_is_pinned_to_the_writer(pair, haruna):
    haruna.post(reverse("profile_language"), {"language": "ja"})
    pair.in_step()
    pair.writer_address.refuse()

    page = haruna.get("/")

    assert page.status_code == 200
    assert NOTICE in page.content.decode()
    assert asked(page).reader > 0


def test_19_opening_an_activity_for_the_first_time_reads_without_a_record(pair, cast, haruna):
    pair.writer_address.refuse()

    page = haruna.get(reverse("learning:activity", args=[cast.note.pk]))
    again = haruna.get(reverse("learning:activity", args=[cast.note.pk]))

    assert {page.status_code, again.status_code} == {200}
    assert NOTICE in again.content.decode()
    pair.writer_address.accept()
    writer_state.reset()
    assert not Progress.objects.exists()


def test_19_also_where_only_the_writing_shows_that_it_was_demoted(pair, cast, haruna):
    path = reverse("learning:activity", args=[cast.note.pk])
    haruna.post(reverse("profile_language"), {"language": "ja"})  # pinned to the writer
    pair.writer.query("SET GLOBAL read_only = 1")

    page = haruna.get(path)

    assert page.status_code == 200
    assert NOTICE in page.content.decode()


@pytest.mark.on_postgresql
def test_19_no_session_is_dropped(pair, watch, cast, haruna, sign_in):
    """A session that the reader lacks is not ended: its owner is asked to wait."""
    pair.stop_replication()
    sota = sign_in(cast.sota)
    pair.writer_address.refuse()

    page = sota.get("/", headers={"Accept": "text/html"})

    assert page.status_code == 503
    assert "少しお待ちください" in page.content.decode()
    assert "sessionid" not in page.cookies
    assert haruna.get("/").status_code == 200
    pair.writer_address.accept()
    writer_state.reset()
    assert sota.get("/").status_code == 200


def test_19_pages_that_must_be_current_say_that_they_wait(pair, watch, cast, sign_in):
    midori = sign_in(cast.midori)
    pair.in_step()
    pair.writer_address.refuse()

    page = midori.get("/admin/accounts/user/", headers={"Accept": "text/html"})

    assert page.status_code == 503
    assert 'http-equiv="refresh"' in page.content.decode()


def test_19_however_old_the_reader_is(pair, watch, haruna):
    """Nothing better is to be had."""
    pair.stop_replication()
    watch.look()
    pair.writer_address.refuse()
    watch.look()

    assert only_reader(haruna.get("/"))


def test_19_with_both_down_pages_say_so(pair, watch, haruna):
    pair.writer_address.refuse()
    pair.reader_address.refuse()
    watch.look()

    assert haruna.get("/", headers={"Accept": "text/html"}).status_code == 503


@pytest.mark.on_postgresql
def test_19_the_monitor_sees_it_come_back(pair, watch, haruna):
    pair.writer_address.refuse()
    watch.look()
    assert writer_state.down
    pair.writer_address.accept()

    watch.look()

    assert not writer_state.down
    assert writer_state.failovers == 1
    assert only_reader(haruna.get("/"))


def test_19_the_monitor_notices_that_the_writer_was_demoted(pair, watch, own_client):
    generation = writer_state.generation
    read_only_server(pair)

    watch.look()

    assert writer_state.down
    assert writer_state.generation > generation


def test_19_a_connection_of_the_monitor_that_broke_is_a_hint_to_all(pair, watch):
    generation = writer_state.generation
    pair.writer_address.cut()

    watch.look()

    assert not writer_state.down
    assert writer_state.generation == generation + 1


def test_19_the_monitor_overrules_a_request_that_could_not_connect(pair, watch):
    """Too many connections, perhaps: its own still works."""
    writer_state.went_down(writer_state.generation, "1040")
    assert writer_state.down

    watch.look()

    assert not writer_state.down
