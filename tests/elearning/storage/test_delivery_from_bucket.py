"""Delivery where material lies in a bucket: the browser is led there, for a while."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import RequestFactory

from elearning.storage.delivery import deliver
from tests.servers.ports import free_port


@pytest.fixture
def ask(moto_bucket):
    """`ask("HEAD")` gives the answer to a request for verified/one, 5 bytes of a film."""
    moto_bucket.save("verified/one", ContentFile(b"movie"))

    def deliver_to(method="GET", key="verified/one", content_type="video/mp4", **options):
        request = RequestFactory().generic(method, "/files/x")
        return deliver(request, key=key, name="第1回.mp4", content_type=content_type, **options)

    return deliver_to


def asked_for(response) -> dict[str, str]:
    """What the address that `response` leads to asks the store for."""
    return {name: value for name, [value] in parse_qs(urlsplit(response["Location"]).query).items()}


def test_a_browser_is_led_to_the_file(ask, moto_bucket):
    response = ask()

    assert response.status_code == 302
    where = f"{moto_bucket.endpoint_url}/{moto_bucket.bucket_name}/verified/one?"
    assert response["Location"].startswith(where)
    assert "X-Amz-Signature" in asked_for(response)
    assert response.content == b""


def test_nobody_keeps_the_address_and_nobody_is_told_where_it_came_from(ask):
    response = ask()

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_an_address_lives_as_long_as_was_asked(ask):
    assert asked_for(ask())["X-Amz-Expires"] == "300"
    assert asked_for(ask(seconds=4500))["X-Amz-Expires"] == "4500"


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("video/mp4", "inline"),
        ("application/pdf", "inline"),
        ("image/webp", "inline"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
        ("application/zip", "attachment"),
    ],
)
def test_only_harmless_kinds_are_shown(ask, content_type, shown):
    asked = asked_for(ask(content_type=content_type))

    assert asked["response-content-disposition"].startswith(f"{shown}; filename*=utf-8''")
    assert asked["response-content-type"] == content_type


def test_what_is_to_be_saved_is_not_shown(ask):
    asked = asked_for(ask(content_type="application/pdf", save=True))
    assert asked["response-content-disposition"].startswith("attachment; filename*=utf-8''")


def test_a_type_that_is_none_says_nothing(ask):
    asked = asked_for(ask(content_type="text/html; charset=utf-8\r\nX-Evil: 1"))

    assert asked["response-content-type"] == "application/octet-stream"
    assert asked["response-content-disposition"].startswith("attachment")


def test_head_is_answered_here(ask):
    response = ask("HEAD")

    assert response.status_code == 200
    assert response["Content-Length"] == "5"
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''%E7%AC%AC1")
    assert response["Cache-Control"] == "no-store"
    assert response.content == b""


def test_head_of_a_file_that_is_gone_finds_nothing(ask):
    with pytest.raises(Http404):
        ask("HEAD", key="verified/none")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_else_is_answered(ask, method):
    response = ask(method)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_a_store_that_is_away_is_waited_for(ask, settings):
    default = settings.STORAGES["default"]
    away = {**default["OPTIONS"], "endpoint_url": f"http://127.0.0.1:{free_port()}"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": away}}
    response = ask("HEAD")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    # A link is made without asking anybody.
    assert ask().status_code == 302
