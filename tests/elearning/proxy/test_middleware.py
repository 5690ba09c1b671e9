"""Requests that are refused for their size, or because their body never came."""

import pytest
from django.test import Client, RequestFactory

from elearning.proxy.middleware import RequestLimitMiddleware

MIB = 1024 * 1024


@pytest.fixture
def limits(settings):
    settings.REQUEST_MOST_BYTES = {"/": 4 * MIB, "/uploads/": 16 * MIB}


def send(path, length, **headers):
    return Client().post(path, b"x" * length, content_type="text/plain", headers=headers)


def test_more_than_a_page_sends_is_refused_unread(limits, settings):
    settings.SCHOOL_NAME = "若葉塾"
    response = send("/login/", 4 * MIB + 1, Accept="text/html")
    assert response.status_code == 413
    assert "送られた内容が大きすぎます" in response.content.decode()
    assert "Go back" in response.content.decode()
    assert "若葉塾" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_scripts_get_the_sentence(limits):
    response = send("/login/", 4 * MIB + 1)
    assert response.status_code == 413
    assert "大きすぎる" in response.json()["error"]


def test_as_much_as_is_allowed_passes(db, limits):
    assert send("/nowhere/", 4 * MIB).status_code == 404


def test_a_part_of_an_upload_may_be_as_long_as_parts_are(db, limits):
    assert send("/uploads/nowhere/", 16 * MIB).status_code == 404
    assert send("/uploads/nowhere/", 16 * MIB + 1).status_code == 413


@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "many"}])
def test_who_says_no_length_has_none(db, limits, length):
    assert Client().get("/nowhere/", **length).status_code == 404


class Stalled:
    """A body of which nothing comes any more."""

    def read(self, *_):
        raise TimeoutError

    readline = read


def test_a_body_that_stalls_is_no_error_of_ours(limits):
    stalled = {"wsgi.input": Stalled(), "CONTENT_LENGTH": "100"}
    response = Client().post("/login/", headers={"Accept": "text/html"}, **stalled)
    assert response.status_code == 400
    assert "送信が途中で切れました" in response.content.decode()
    assert "途中で切れ" in Client().post("/login/", **stalled).json()["error"]


def test_other_exceptions_stay_what_they_are(limits):
    middleware = RequestLimitMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
