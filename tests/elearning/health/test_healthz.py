"""`/healthz`: who may ask, what is answered, and what is not."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import OperationalError

from elearning.db import status, writer_check
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state

TOKEN = "sixteen-characters-and-more"
ADDRESS = "(2003, \"Can't connect to MySQL server on 'db.internal:3306' (111)\")"


@pytest.fixture(autouse=True)
def token(settings):
    settings.HEALTH_TOKEN = TOKEN


@pytest.fixture(autouse=True)
def fresh():
    reader_state.reset()
    writer_state.reset()
    yield
    reader_state.reset()
    writer_state.reset()


@pytest.fixture
def with_reader(monkeypatch):
    monkeypatch.setattr(status, "has_reader", lambda: True)
    monkeypatch.setattr(writer_check, "has_reader", lambda: True)


@pytest.fixture
def ask(client):
    """`ask()` with the right token."""
    return lambda: client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"],
)
def test_without_the_token_there_is_nothing_here(client, db, header):
    headers = {} if header is None else {"Authorization": header}
    assert client.get("/healthz", headers=headers).status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer ", f"Bearer {TOKEN}"])
def test_without_the_setting_nobody_gets_in(client, db, settings, header):
    settings.HEALTH_TOKEN = ""
    headers = {} if header is None else {"Authorization": header}
    assert client.get("/healthz", headers=headers).status_code == 404


def test_one_database_that_answers_is_ok_for_one_query(ask, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = ask()

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["database"]["reads"]["reason"] == "one_database"
    assert "no-store" in response.headers["Cache-Control"]


def test_a_reader_that_is_not_read_from_is_degraded(ask, db, with_reader):
    reader_state.seen(3.0)
    assert (ask().status_code, ask().json()["status"]) == (200, "degraded")

    reader_state.seen(0.01)
    assert (ask().status_code, ask().json()["status"]) == (200, "ok")


def test_a_writer_known_to_be_down_is_not_waited_for(
    ask, db, with_reader, django_assert_num_queries
):
    reader_state.seen(0.01)
    writer_state.went_down(0, ADDRESS)

    with django_assert_num_queries(0):
        response = ask()

    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["database"]["reads"]["from"] == "reader"


class Broken:
    """A connection that fails so often, then answers."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked = 0

    def cursor(self):
        self.asked += 1
        if self.left:
            self.left -= 1
            raise OperationalError(2006, "Server at db.internal has gone away")
        return connections["default"].cursor()


@pytest.mark.parametrize(("failures", "code", "said"), [(1, 200, "ok"), (9, 503, "down")])
def test_a_broken_connection_is_tried_once_more(ask, db, monkeypatch, failures, code, said):
    broken = Broken(failures)
    monkeypatch.setattr(writer_check, "connections", {"default": broken})

    response = ask()

    assert (response.status_code, response.json()["status"]) == (code, said)
    assert broken.asked == 2


def test_no_address_and_no_host_leaves_the_house(ask, db, with_reader):
    writer_state.went_down(0, ADDRESS)
    reader_state.connect_failed(ADDRESS)
    host = status.describe()["process"]["host"]

    body = ask().json()

    assert "writer_down" in [event["name"] for event in body["database"]["events"]]
    assert "db.internal" not in json.dumps(body)
    assert "process" not in body["database"]
    assert host not in [value for value in body["database"].values() if isinstance(value, str)]


def test_it_is_not_for_writing(client, db):
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize("value", ["short", "ｔｏｋｅｎ－ｏｆ－ｆｕｌｌ－ｗｉｄｔｈ"])
def test_a_token_that_makes_no_sense_stops_the_boot(value):
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DEBUG": "1", "HEALTH_TOKEN": value, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "HEALTH_TOKEN must have" in done.stderr
