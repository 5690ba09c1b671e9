"""How a key may be written, and what tells one request from another."""

import json

import pytest
from django.test import RequestFactory

from elearning.db.idempotency.models import IdempotencyKey
from elearning.db.idempotency.requests import fingerprint_of


@pytest.mark.parametrize("key", ["a", "x" * 64, "!~#$%&'*+-.^_`|", '"', 'a"b', "0b9c-4F"])
def test_up_to_64_visible_characters_are_a_key(post, opened, key):
    assert post(key=key).status_code == 201
    assert post(key=key)["Idempotency-Replayed"] == "true"
    assert opened() == 1


@pytest.mark.parametrize(
    "key",
    ["", '""', "x" * 65, '"' + "x" * 65 + '"', "a b", "a\tb", "a\x7f", "鍵", "é"],
    ids=["empty", "quotes", "long", "quoted long", "space", "tab", "delete", "kanji", "accent"],
)
def test_anything_else_is_refused_with_a_sentence_and_does_nothing(post, opened, key):
    answer = post(key=key)

    assert answer.status_code == 400
    assert "Idempotency-Key は" in json.loads(answer.content)["error"]
    assert opened() == 0
    assert not IdempotencyKey.objects.exists()


def test_quotes_as_in_the_draft_are_no_part_of_the_key(post, opened):
    post(key='"key-1"')

    assert post(key="key-1")["Idempotency-Replayed"] == "true"
    assert opened() == 1


def test_64_characters_may_be_quoted(post):
    assert post(key='"' + "x" * 64 + '"').status_code == 201


def test_a_fingerprint_tells_method_path_query_and_body_apart():
    requests = [
        RequestFactory().generic(method, path, body)
        for method in ("POST", "PUT")
        for path in ("/a/", "/b/", "/a/?b=1")
        for body in ("", "1", "12")
    ]

    assert len({fingerprint_of(request) for request in requests}) == len(requests)


def test_a_fingerprint_leaves_the_body_for_the_view():
    request = RequestFactory().generic("POST", "/a/", b"\x00\xff")

    assert len(fingerprint_of(request)) == 64
    assert request.body == b"\x00\xff"
