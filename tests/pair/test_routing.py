"""Which database a query goes to."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections, transaction
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models import Campus, User
from elearning.db import context
from elearning.db.context import Mode, Work, working
from elearning.db.errors import WriteOnReader
from elearning.db.idempotency.models import IdempotencyKey
from elearning.tasks.queue import enqueue, task
from tests.pair.asked import asked, only_reader, only_writer


def source(model=Campus) -> str:
    """Where a query built and sent now goes."""
    return model.objects.all().db


def insert_by_hand():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_campus (name) VALUES ('新校舎')")


WRITES = {
    "orm": lambda: Campus.objects.create(name="新校舎"),
    "bulk": lambda: Campus.objects.bulk_create([Campus(name="新校舎")]),
    "using": lambda: Campus.objects.using("default").create(name="新校舎"),
    "raw SQL": insert_by_hand,
    "get_or_create": lambda: Campus.objects.get_or_create(name="新校舎"),
}


@pytest.mark.on_postgresql
@pytest.mark.parametrize("how", WRITES)
def test_03_a_get_that_writes_and_then_reads_uses_the_writer(pair, watch, probe, how):
    pair.stop_replication()

    def view(request):
        before = source()
        WRITES[how]()
        return f"{before} {source()} {Campus.objects.filter(name='新校舎').count()}"

    probe(view)

    assert Client().get("/probe/").content == b"reader default 1"


def test_03_raw_sql_that_reads_is_no_write(pair, watch, probe):
    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM accounts_campus")
        with connections["reader"].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM accounts_campus")
        return source()

    probe(view)

    assert Client().get("/probe/").content == b"reader"


def test_04_reads_inside_atomic_go_to_the_writer(pair, watch, probe):
    def view(request):
        with transaction.atomic():
            inside = source()
        return f"{source()} {inside} {source()}"

    probe(view)

    assert Client().get("/probe/").content == b"reader default reader"


@pytest.mark.on_postgresql
@pytest.mark.parametrize("writes", [False, True])
def test_04_a_rollback_leaves_no_stale_mode(pair, watch, probe, writes):
    def view(request):
        try:
            with transaction.atomic():
                if writes:
                    Campus.objects.create(name="戻される")
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        return source()

    probe(view)
    client = Client()

    # What was written, if only for a moment, was written: this request stays with the writer.
    assert client.get("/probe/").content == (b"default" if writes else b"reader")
    probe(lambda request: source())
    assert Client().get("/probe/").content == b"reader"


def test_04_select_for_update_and_what_must_be_current_go_to_the_writer(pair, watch, probe):
    from django_tasks_db.models import DBTaskResult

    def view(request):
        with transaction.atomic():
            locked = Campus.objects.select_for_update().db
        return " ".join([source(), locked, source(DBTaskResult), source(IdempotencyKey)])

    probe(view)

    assert Client().get("/probe/").content == b"reader default default default"


@pytest.mark.on_postgresql
def test_08_a_lazy_queryset_built_before_a_write_goes_to_the_writer_after_it(pair, watch, probe):
    Campus.objects.create(name="本校")
    pair.in_step()
    pair.stop_replication()

    def view(request):
        lazy = Campus.objects.order_by("pk")
        main = Campus.objects.get(name="本校")
        related = main.users.all()
        person = {"family_name": "佐藤", "given_name": "陽菜", "campus": main}
        User.objects.create_user("haruna", **person)
        Campus.objects.create(name="新校舎")
        return f"{[campus.name for campus in lazy]} {related.count()} {main._state.db}"

    probe(view)

    assert Client().get("/probe/").content.decode() == "['本校', '新校舎'] 1 reader"


def test_09_one_thread_serving_post_then_get(pair, watch, probe):
    def view(request):
        if request.method == "POST":
            Campus.objects.create(name="新校舎")
        return source()

    probe(view)

    assert Client().post("/probe/").content == b"default"
    assert Client().get("/probe/").content == b"reader"
    assert context.current() is None


def test_09_a_hundred_interleaved_threads(pair, watch, probe):
    """Every second one writes; all are in the middle of their request at the same time."""
    people = 100
    together = threading.Barrier(people, timeout=30)

    def view(request):
        Campus.objects.exists()
        together.wait()
        if request.method == "POST":
            Campus.objects.create(name=request.POST["name"])
        together.wait()
        Campus.objects.exists()
        together.wait()
        return source()

    probe(view)

    def visit(number: int) -> tuple[bool, str, bool]:
        client = Client()
        writes = number % 2 == 1
        response = client.post("/probe/", {"name": number}) if writes else client.get("/probe/")
        connections.close_all()
        right = only_writer(response) if writes else only_reader(response)
        assert context.current() is None
        return writes, response.content.decode(), right

    with ThreadPoolExecutor(people) as pool:
        found = set(pool.map(visit, range(people)))

    assert found == {(False, "reader", True), (True, "default", True)}
    assert Campus.objects.count() == people / 2


def test_09_the_tail_of_a_streaming_response_reads_from_the_writer(pair, watch, probe):
    def view(request):
        head = source()

        def tail():
            yield head
            yield f" {source()}"

        return StreamingHttpResponse(tail())

    probe(view)

    assert Client().get("/probe/").getvalue() == b"reader default"


def test_09_a_thread_of_a_request_reads_from_the_writer(pair, watch, probe):
    def view(request):
        found = []
        thread = threading.Thread(target=lambda: found.append(source()))
        thread.start()
        thread.join()
        return f"{source()} {found[0]}"

    probe(view)

    assert Client().get("/probe/").content == b"reader default"


seen: list[str] = []


@task()
def look_where() -> None:
    seen.append(source())


def test_10_tasks_and_commands_use_the_writer(pair, watch, monkeypatch):
    monkeypatch.setattr(BaseCommand, "handle", lambda *a, **k: seen.append(source()), raising=False)
    seen.clear()

    enqueue(look_where)
    call_command(BaseCommand())

    assert seen == ["default", "default"]


@pytest.mark.on_postgresql
def test_10_unless_they_ask_for_the_reader(pair, watch):
    with context.reader():
        assert source() == "reader"
        with transaction.atomic():
            assert source() == "default"
        Campus.objects.create(name="新校舎")
        assert source() == "default"
    assert source() == "default"


def test_10_and_there_is_a_usable_one(pair, watch):
    pair.stop_replication()
    watch.look()

    with context.reader():
        assert source() == "default"


def test_10_inside_a_request_that_wrote_asking_changes_nothing(pair, watch, probe):
    def view(request):
        Campus.objects.create(name="新校舎")
        with context.reader():
            return source()

    probe(view)

    assert Client().post("/probe/").content == b"default"


@pytest.mark.on_postgresql
def test_11_the_admin_never_uses_the_reader(pair, watch, cast, sign_in):
    client = sign_in(cast.midori)
    pair.in_step()
    pages = ["/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{cast.haruna.pk}/change/"]

    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert only_writer(response), page
    assert only_reader(client.get("/"))


@pytest.mark.parametrize(
    "path",
    [
        *("/login/", "/profile/", "/password/change/", "/mfa/"),
        "/uploads/00000000-0000-4000-8000-000000000000/",
    ],
)
def test_11_nor_do_the_pages_about_the_own_account(pair, watch, cast, sign_in, path):
    client = sign_in(cast.tanaka)
    pair.in_step()

    assert asked(client.get(path)).reader == 0


@pytest.mark.on_postgresql
def test_20_writes_through_the_readers_address_are_refused_even_if_it_is_a_writers(pair, watch):
    pair.reader_address.point_at(pair.writer.port)
    pair.reader_address.cut()
    reader = connections["reader"]
    reader.close()

    with pytest.raises(WriteOnReader):
        Campus.objects.using("reader").create(name="新校舎")
    with pytest.raises(WriteOnReader), reader.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_campus (name) VALUES ('新校舎')")
    # And by the server, should a statement get past us.
    reader.ensure_connection()
    raw = reader.connection.cursor()
    with pytest.raises(Exception, match=r"1792|[Rr]ead.?only"):
        raw.execute("INSERT INTO accounts_campus (name) VALUES ('新校舎')")
    reader.close()

    assert not Campus.objects.exists()


def test_20_reads_through_it_go_on(pair, watch):
    pair.reader_address.point_at(pair.writer.port)
    pair.reader_address.cut()
    Campus.objects.create(name="本校")

    with working(Work(Mode.READER)):
        assert [campus.name for campus in Campus.objects.all()] == ["本校"]
