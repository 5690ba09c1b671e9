"""`/healthz`: who may ask, what is answered, and what is not."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import OperationalError

from elearning.db import status, writer_check
from elearning.db.reader_state import reader_state
from elearning.db.sessions import SessionStore
from elearning.db.writer_state import writer_state
from elearning.health import checks
from elearning.health.rounds import rounds
from elearning.tasks.beating import beat

TOKEN = "sixteen-characters-and-more"
CHECKS = ["writer", "cache_table", "migrations", "queue", "workers", "reader", "store"]
AFTER_WRITER = CHECKS.index("reader")
ADDRESS = "(2003, \"Can't connect to MySQL server on 'db.internal:3306' (111)\")"


@pytest.fixture(autouse=True)
def token(settings):
    settings.HEALTH_TOKEN = TOKEN


@pytest.fixture
def with_reader(monkeypatch):
    """A process with a reader, whose monitor is the test; requests go on with one database."""
    for module in (status, writer_check, checks):
        monkeypatch.setattr(module, "has_reader", lambda: True)
    monkeypatch.setattr(checks, "FIRST_LOOK", 0.0)


@pytest.fixture
def well(transactional_db, tmp_path):
    """A folder for material and a living worker: without them the site is not wholly well.

    Committed, as checks look from threads, and so connections, of their own.
    """
    (tmp_path / "files").mkdir()
    beat("worker-1")


@pytest.fixture
def ask(client, well):
    """`ask()` with the right token, to a process that has not asked before."""

    def asked(path: str = "/healthz", **headers: str):
        rounds.reset()
        return client.get(path, headers={"Authorization": f"Bearer {TOKEN}", **headers})

    return asked


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


def test_a_site_that_is_well_is_ok_and_every_check_says_so(ask):
    response = ask()

    told = response.json()
    assert response.status_code == 200
    assert told["status"] == "ok"
    assert datetime.fromisoformat(told["at"]).tzinfo is not None
    assert list(told["checks"]) == CHECKS
    assert {found["status"] for found in told["checks"].values()} == {"ok"}
    assert told["database"]["reads"]["reason"] == "one_database"
    assert "no-store" in response.headers["Cache-Control"]


def test_the_request_itself_asks_no_database(ask, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask()


def test_a_second_one_within_five_seconds_hears_the_same(ask, client):
    first = ask().json()["at"]
    again = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert again.json()["at"] == first


def test_a_reader_that_is_not_read_from_is_degraded(ask, with_reader):
    reader_state.seen(3.0)
    assert (ask().status_code, ask().json()["status"]) == (200, "degraded")

    reader_state.seen(0.01)
    assert (ask().status_code, ask().json()["status"]) == (200, "ok")


def test_a_writer_known_to_be_down_is_not_waited_for(ask, with_reader, monkeypatch):
    reader_state.seen(0.01)
    writer_state.went_down(0, ADDRESS)
    monkeypatch.setattr(writer_check, "connections", {"default": Broken(9)})

    response = ask()

    assert response.status_code == 503
    told = response.json()
    assert told["status"] == "down"
    assert told["database"]["reads"]["from"] == "reader"
    assert told["checks"]["writer"]["word"] == "no_answer"
    assert {told["checks"][name]["word"] for name in CHECKS[1:AFTER_WRITER]} == {"not_asked"}
    assert told["checks"]["store"]["word"] == "ok"
    assert writer_check.connections["default"].asked == 0


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
def test_a_broken_connection_is_tried_once_more(ask, monkeypatch, failures, code, said):
    broken = Broken(failures)
    monkeypatch.setattr(writer_check, "connections", {"default": broken})

    response = ask()

    assert (response.status_code, response.json()["status"]) == (code, said)
    assert broken.asked == 2


def test_no_address_and_no_host_leaves_the_house(ask, with_reader):
    writer_state.went_down(0, ADDRESS)
    reader_state.connect_failed(ADDRESS)
    host = status.describe()["process"]["host"]

    body = ask().json()

    assert "writer_down" in [event["name"] for event in body["database"]["events"]]
    assert "db.internal" not in json.dumps(body)
    assert "process" not in body["database"]
    assert host not in [value for value in body["database"].values() if isinstance(value, str)]


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_it_is_for_looking_only(client, db, method):
    assert client.generic(method, "/healthz").status_code == 405


def test_no_session_is_looked_for_whatever_cookie_comes_along(ask, cast, client, monkeypatch):
    client.force_login(cast.midori, backend="accounts.backends.SignInBackend")
    monkeypatch.setattr(SessionStore, "load", lambda store: pytest.fail("the database was asked"))

    assert ask().status_code == 200
    assert "sessionid" in client.cookies


def test_scrapers_get_openmetrics_with_200_even_of_a_site_that_is_down(ask, monkeypatch):
    monkeypatch.setattr(writer_check, "connections", {"default": Broken(9)})

    response = ask("/healthz?format=openmetrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    lines = response.content.decode().splitlines()
    assert lines[-1] == "# EOF"
    assert "# TYPE elearning_health stateset" in lines
    assert 'elearning_health{check="writer",elearning_health="down"} 1' in lines
    assert 'elearning_health{check="queue",elearning_health="degraded"} 1' in lines
    assert 'elearning_health{check="store",elearning_health="ok"} 1' in lines
    assert 'elearning_health{check="store",elearning_health="down"} 0' in lines
    assert 'django_health_check_status{check="writer"} 0' in lines
    assert "django_health_check_overall_status 0" in lines


PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/healthz", PROMETHEUS, "application/openmetrics-text"),
        ("/healthz", "application/openmetrics-text", "application/openmetrics-text"),
        ("/healthz?format=json", PROMETHEUS, "application/json"),
        ("/healthz", "*/*", "application/json"),
        ("/healthz", "text/html,application/xhtml+xml", "application/json"),
        ("/healthz", ";;no,,/type", "application/json"),
    ],
)
def test_everybody_else_gets_json(ask, path, accept, kind):
    response = ask(path, Accept=accept)
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (200, kind)


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
