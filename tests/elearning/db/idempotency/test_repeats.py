"""A request sent again: one effect, one answer."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from accounts.models import Campus
from elearning.db.context import Mode, Work, no_pin, working
from elearning.db.idempotency.decorators import idempotent
from elearning.db.idempotency.models import IdempotencyKey

from .conftest import open_campus


def test_the_same_request_again_gets_the_same_answer_and_has_no_effect(post, opened):
    first = post()
    again = post()

    assert opened() == 1
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Content-Type"] == first["Content-Type"]
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


def test_and_so_it_does_after_a_hundred_times(post, opened):
    answers = {post().content for _ in range(100)}

    assert (opened(), len(answers)) == (1, 1)


def test_without_a_key_each_request_has_its_effect(post, opened):
    assert post(key=None).content != post(key=None).content
    assert opened() == 2
    assert not IdempotencyKey.objects.exists()


def test_another_key_is_another_request(post, opened):
    assert post(key="key-1").content != post(key="key-2").content
    assert opened() == 2


def test_the_same_key_of_another_person_is_another_key(post, opened, cast):
    post(who=cast.haruna)
    other = post(who=cast.ren)

    assert "Idempotency-Replayed" not in other
    assert opened() == 2


def test_keys_that_differ_in_case_are_two(post, opened):
    post(key="Key")
    post(key="kEY")

    assert opened() == 2
    # Nor may a database take them for one that compares without regard to case.
    assert len({key.lower() for key in IdempotencyKey.objects.values_list("key", flat=True)}) == 2


@pytest.mark.parametrize(
    "other",
    [{"body": {"name": "新宿校"}}, {"path": "/elsewhere/"}, {"path": "/campuses/?draft=1"}],
    ids=["body", "path", "query"],
)
def test_another_request_under_the_same_key_is_refused_with_a_sentence(post, opened, other):
    post()
    answer = post(**other)

    assert answer.status_code == 422
    assert "読み込み直して" in json.loads(answer.content)["error"]
    assert opened() == 1
    assert post()["Idempotency-Replayed"] == "true"


def test_a_refusal_is_not_kept_and_what_it_wrote_stays(post, opened):
    first = post({"name": "満員"})
    again = post({"name": "満員"})

    assert (first.status_code, again.status_code) == (409, 409)
    assert "Idempotency-Replayed" not in again
    assert first.content != again.content
    assert opened() == 2
    assert not IdempotencyKey.objects.exists()


def test_after_a_refusal_the_same_key_may_bring_another_body(post, opened):
    post({"name": "満員"})

    assert post({"name": "品川校"}).status_code == 201


@pytest.mark.parametrize("error", [ZeroDivisionError, PermissionDenied])
def test_an_exception_takes_back_the_key_and_all_that_was_written(post, opened, error):
    @idempotent
    def broken(request):
        open_campus.__wrapped__(request)
        raise error

    with pytest.raises(error):
        post(view=broken)

    assert opened() == 0
    assert not IdempotencyKey.objects.exists()
    assert post().status_code == 201


def test_any_text_comes_back_as_it_was(post):
    @idempotent
    def note(request):
        return HttpResponse("髙橋さん：了解😀\n", content_type="text/plain; charset=utf-8")

    first, again = post(view=note), post(view=note)

    assert again["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert again["Content-Type"] == "text/plain; charset=utf-8"


def test_an_empty_answer_comes_back_empty(post):
    @idempotent
    def done(request):
        return HttpResponse(status=204)

    post(view=done)
    again = post(view=done)

    assert (again.status_code, again.content) == (204, b"")
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("response", "sentence"),
    [(StreamingHttpResponse([b"a"]), "stream"), (HttpResponseRedirect("/"), "redirect")],
)
def test_what_cannot_be_kept_is_a_programming_error(post, opened, response, sentence):
    @idempotent
    def unkeepable(request):
        Campus.objects.create(name="品川校")
        return response

    with pytest.raises(AssertionError, match=sentence):
        post(view=unkeepable)

    assert opened() == 0


@pytest.mark.django_db(transaction=True)
def test_not_inside_a_transaction_that_may_take_the_answer_back(post):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        post()


def test_what_waits_for_the_commit_happens_once(post, django_capture_on_commit_callbacks):
    told = []

    @idempotent
    def telling(request):
        transaction.on_commit(lambda: told.append(1))
        return HttpResponse("ok")

    with django_capture_on_commit_callbacks(execute=True):
        post(view=telling)
        assert told == []
        post(view=telling)
    assert told == [1]


def test_a_repeat_is_pinned_to_the_writer_as_the_first_would_have_been(post):
    with working(Work(Mode.WRITER)):
        post()

    with working(Work(Mode.WRITER)) as work, no_pin():
        post()

    assert work.wants_pin


def test_a_repeat_of_what_promised_nothing_is_not_pinned(post):
    with working(Work(Mode.WRITER)), no_pin():
        post()

    with working(Work(Mode.WRITER)) as work, no_pin():
        post()

    assert not work.wants_pin
