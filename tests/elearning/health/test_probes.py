"""`/livez` and `/readyz`: answered whatever the request looks like, and by nobody but them."""

import logging

import pytest
from django.conf import settings as of_the_site
from django.db import connections
from django.db.utils import OperationalError

from elearning.health import readiness

BOTH = ["/livez", "/readyz"]


@pytest.fixture
def drained(monkeypatch):
    """As `drain()` leaves it; there is no way back from that, so the byte is another."""
    monkeypatch.setattr(readiness, "_draining", bytearray(1))
    readiness.drain()


@pytest.mark.parametrize("path", BOTH)
def test_a_process_that_serves_says_so(client, path):
    response = client.get(path)

    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", BOTH)
def test_a_head_is_answered_without_a_body(client, path):
    response = client.head(path)
    assert (response.status_code, response.content) == (200, b"")


def test_who_drains_is_alive_but_wants_nothing_new(client, drained):
    ready, alive = client.get("/readyz"), client.get("/livez")

    assert (ready.status_code, ready.content) == (503, b"draining")
    assert (alive.status_code, alive.content) == (200, b"ok")


@pytest.mark.parametrize("path", BOTH)
def test_neither_host_nor_scheme_nor_database_matters(client, settings, monkeypatch, path):
    settings.ALLOWED_HOSTS = ["juku.example.jp"]
    settings.SECURE_SSL_REDIRECT = True
    monkeypatch.setattr(connections["default"], "cursor", _gone)

    response = client.get(path, headers={"Host": "10.0.3.17:8000"})

    assert response.status_code == 200


def _gone():
    raise OperationalError(2003, "no server")


@pytest.mark.parametrize("path", BOTH)
def test_no_cookie_and_no_line_in_the_log_comes_of_it(client, caplog, path):
    with caplog.at_level(logging.INFO):
        response = client.get(path)

    assert not response.cookies
    assert not caplog.records


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_they_are_for_looking_only(client, path, method):
    response = client.generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/livez/", "/readyz/", "/readyz/x", "/login/livez"])
def test_what_only_looks_like_them_is_left_to_the_site(client, db, path):
    assert client.get(path).content not in (b"ok", b"draining")


def test_they_come_first():
    assert of_the_site.MIDDLEWARE[0] == "elearning.health.middleware.ProbeMiddleware"
