"""Without DATABASE_READER_URL there is one database, and nothing else is different."""

import re

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.utils import OperationalError
from django.test import Client

from elearning.db import context, monitor, pins
from elearning.db.aliases import has_reader
from elearning.db.writer_state import writer_state


def test_there_is_no_router_no_monitor_and_no_pin(cast, sign_in):
    client = sign_in(cast.tanaka)

    client.post("/profile/language/", {"language": "en"})

    assert not has_reader()
    assert settings.DATABASE_ROUTERS == []
    assert pins.cookie_name() not in client.cookies
    assert monitor._running is None
    assert list(connections) == ["default"]


def test_asking_for_the_reader_gives_the_writer(db):
    from accounts.models import Campus

    with context.reader():
        Campus.objects.create(name="本校")
        assert Campus.objects.get().name == "本校"


def test_server_timing_is_for_staff(cast, sign_in):
    answer = sign_in(cast.midori).get("/")

    header = answer.headers["Server-Timing"]
    assert re.fullmatch(
        r'app;dur=[\d.]+, reader;dur=0\.0;desc="0", writer;dur=[\d.]+;desc="(\d+)"', header
    )
    assert 'writer;dur=0.0;desc="0"' not in header


def test_server_timing_is_not_for_others(cast, sign_in):
    assert "Server-Timing" not in sign_in(cast.haruna).get("/").headers
    assert "Server-Timing" not in Client().get("/login/").headers


def test_server_timing_is_for_all_where_it_is_switched_on(cast, sign_in, settings):
    settings.SERVER_TIMING = True

    assert "Server-Timing" in sign_in(cast.haruna).get("/").headers
    assert "Server-Timing" in Client().get("/login/").headers
    assert "Server-Timing" in Client().get("/no/such/page/").headers


def test_under_debug_too(settings, db):
    settings.DEBUG = True

    assert "Server-Timing" in Client().get("/login/").headers


@pytest.mark.django_db(transaction=True)
def test_a_page_whose_database_has_gone_asks_to_wait(cast, sign_in, caplog):
    """Not the page of an error in our programs: nothing is wrong with them."""
    client = sign_in(cast.haruna)

    def gone(execute, *statement):
        raise OperationalError(2006, "Server has gone away")

    connection.execute_wrappers.append(gone)
    try:
        page = client.get("/", headers={"Accept": "text/html"})
        posted = client.post("/profile/language/", headers={"Accept": "text/html"})
    finally:
        connection.execute_wrappers.pop()
        writer_state.reset()

    assert page.status_code == posted.status_code == 503
    assert page.headers["Retry-After"]
    assert "自動で開き直します" in page.content.decode()
    assert "入力した画面に戻る" in posted.content.decode()
    # events.py tells it; it is no error of ours.
    assert "django.request" not in {record.name for record in caplog.records}
