"""What is told as a failure: what broke, once, and nothing else that is answered 5xx."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from elearning.health import readiness


def break_off(request):
    raise ValueError("haruna")


def break_the_page_of_a_404(request, exception):
    raise KeyError("haruna")


def be_busy(request):
    return HttpResponse("busy", status=503)


handler404 = break_the_page_of_a_404

urlpatterns = [
    path("break/", break_off, name="break"),
    path("busy/", be_busy, name="busy"),
    path("", include("config.urls")),
]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "LoginRequired" not in each]
    return Client(raise_request_exception=False)


def errors(lines):
    return [line for line in lines() if line["level"] in ("error", "critical")]


def test_a_view_that_breaks_is_told_once_by_the_id_on_its_page(client, lines):
    response = client.get("/break/")

    (error,) = errors(lines)
    assert error["event"] == "fail_request"
    assert error["error"]["type"] == "ValueError"
    assert error["request_id"] == response["X-Request-ID"]
    assert error["request_id"] in response.content.decode()


def test_the_page_of_a_404_that_breaks_is_told_in_the_same_way(client, lines):
    response = client.get("/no/such/")

    assert response.status_code == 500
    (error,) = errors(lines)
    assert error["event"] == "fail_request"
    assert error["error"]["type"] == "KeyError"
    assert error["request_id"] == response["X-Request-ID"]


def test_to_be_busy_is_no_failure(client, lines):
    assert client.get("/busy/").status_code == 503

    assert errors(lines) == []
    assert lines.only("answer_request")["status"] == 503


def test_nor_is_it_to_drain_however_often_the_load_balancer_asks(client, lines, monkeypatch):
    monkeypatch.setattr(readiness, "_draining", bytearray(b"\1"))

    assert client.get("/readyz").status_code == 503

    assert lines() == []
