"""The faults once more over TLS, where the driver has other errors for them.

Those whose fault the forwarder finds by a pattern in the stream are not among them.
"""

import threading
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Campus
from elearning.db.writer_state import writer_state
from tests.pair.asked import only_reader
from tests.pair.test_writer_down import NOTICE

ALIASES = ("default", "reader")
TLS_ERROR = 2026
"""Of MariaDB's client, where without TLS it is 2013."""


@pytest.fixture(scope="module")
def _encrypting(pair, django_db_setup):
    with pytest.MonkeyPatch.context() as patch:
        for alias in ALIASES:
            options = connections[alias].settings_dict["OPTIONS"]
            patch.setitem(options, "ssl_mode", "VERIFY_IDENTITY")
            patch.setitem(options, "ssl", {"ca": str(pair.ca)})
        yield


@pytest.fixture(autouse=True)
def _encrypted(_encrypting, _restored_pair):
    """No connection of before the change is used during the module, nor one of it after."""
    connections.close_all()
    yield
    connections.close_all()


@pytest.fixture
def haruna(watch, pair, cast, sign_in):
    client = sign_in(cast.haruna)
    pair.in_step()
    return client


def cut_in_a_statement(pair, alias: str) -> None:
    """The connection of `alias` is cut while the server is busy with a statement of it."""
    address = pair.reader_address if alias == "reader" else pair.writer_address
    cut = threading.Timer(0.3, address.cut)
    cut.start()
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT SLEEP(5)")
    finally:
        cut.join()


@pytest.mark.parametrize("alias", ALIASES)
def test_the_connections_are_encrypted(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
        _name, cipher = cursor.fetchone()

    assert cipher


@pytest.mark.parametrize("alias", ALIASES)
def test_a_connection_cut_in_a_statement_is_an_error_of_tls(pair, watch, alias):
    with pytest.raises(OperationalError) as raised:
        cut_in_a_statement(pair, alias)

    assert raised.value.args[0] == TLS_ERROR


def test_13_the_reader_dies_in_the_middle_of_a_get_which_is_run_once_more(pair, watch, probe):
    runs = []

    def view(request):
        runs.append(Campus.objects.all().db)
        if len(runs) == 1:
            cut_in_a_statement(pair, "reader")
        return Campus.objects.count()

    probe(view)

    assert Client().get("/probe/").content == b"0"

    assert runs == ["reader", "default"]
    # One lost connection may be chance: the reader is not given up for it.
    probe(lambda request: Campus.objects.count())
    assert only_reader(Client().get("/probe/"))


def test_13_in_the_middle_of_a_post_nothing_is_run_again(pair, watch, probe):
    runs = []

    def view(request):
        runs.append(request.method)
        Campus.objects.create(name=f"校舎{len(runs)}")
        cut_in_a_statement(pair, "default")

    probe(view)

    assert Client().post("/probe/").status_code == 503
    assert runs == ["POST"]
    assert Campus.objects.count() == 1


@pytest.mark.parametrize("atomic", [False, True])
def test_16_a_post_that_was_cut_in_the_middle_gets_503_with_retry_after(
    pair, watch, probe, haruna, atomic
):
    def view(request):
        with transaction.atomic() if atomic else nullcontext():
            Campus.objects.create(name="新校舎")
            cut_in_a_statement(pair, "default")

    probe(view)

    response = haruna.post("/probe/")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert not writer_state.down, "that connection alone was lost"
    assert Campus.objects.filter(name="新校舎").count() == (not atomic)


def test_19_with_the_writer_down_learning_pages_answer_200_with_the_notice(
    pair, watch, cast, haruna
):
    pair.writer_address.refuse()
    watch.look()
    assert writer_state.down

    for path in ("/", reverse("learning:activity", args=[cast.note.pk])):
        page = haruna.get(path)
        assert page.status_code == 200, path
        assert NOTICE in page.content.decode()
        assert "sessionid" not in page.cookies


def test_19_also_where_it_dies_in_the_middle_of_a_get(pair, watch, probe):
    """Of somebody who has just written, and so reads from the writer."""
    client = Client()
    probe(lambda request: Campus.objects.create(name="新校舎"))
    client.post("/probe/")
    pair.in_step()
    runs = []

    def view(request):
        runs.append(request.method)
        if len(runs) == 1:
            cut_in_a_statement(pair, "default")
        return Campus.objects.count()

    probe(view)

    assert client.get("/probe/").content == b"1"
    assert len(runs) == 2
