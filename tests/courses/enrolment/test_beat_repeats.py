"""A heartbeat that bears a key is credited once, however often it arrives."""

import json

import pytest
from django.test import RequestFactory, TestCase
from django.urls import reverse

from courses.enrolment.models import Progress, StudyDay
from courses.enrolment.views.study import beat
from elearning.db.context import Mode, Work, working
from elearning.db.idempotency.models import IdempotencyKey


@pytest.fixture
def send(cast, talk, sign_in):
    """`send({…}, key=…)` sends a heartbeat of Haruna's."""
    client = sign_in(cast.haruna)
    url = reverse("enrolment:beat", args=[talk.pk])

    def post(body, *, key="beat-1"):
        return client.post(
            url,
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    return post


def test_the_same_heartbeat_again_is_credited_once_even_without_a_sitting(send, clock, kinds):
    first = send({"seconds": 20})
    clock.forward(60)
    again = send({"seconds": 20})

    assert first.status_code == again.status_code == 200
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Progress.objects.get().seconds == StudyDay.objects.get().seconds == 20
    assert len(kinds["talk"].recorded) == 1


def test_the_next_heartbeat_is_a_new_one(send, clock):
    send({"seconds": 20}, key="beat-1")
    clock.forward(20)

    assert send({"seconds": 20}, key="beat-2").json()["seconds"] == 40


def test_what_is_no_heartbeat_is_answered_as_without_a_key_and_not_kept(send):
    answer = send(["no", "heartbeat"])

    assert answer.status_code == 400
    assert "読み込み直して" in answer.json()["error"]
    assert not IdempotencyKey.objects.exists()
    assert send({"seconds": 20}).status_code == 200


def test_so_is_a_body_beyond_all_measure(send, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = send({"seconds": 20, "ranges": ["x" * 2000]})

    assert answer.status_code == 400
    assert "読み込み直して" in answer.json()["error"]
    assert not IdempotencyKey.objects.exists()


def test_a_closed_activity_leaves_no_key(send, cast, talk):
    talk.state = "draft"
    talk.save(update_fields=["state"])

    assert send({"seconds": 20}).status_code == 404
    assert not IdempotencyKey.objects.exists()


def test_a_key_costs_a_look_and_two_writes_and_a_repeat_the_look_alone(send, clock):
    clock.forward(60)
    send({"seconds": 20, "sitting": "sitting-a", "total": 20}, key="beat-1")
    clock.forward(20)

    # As without a key (test_a_heartbeat_is_cheap), and savepoint, look, insert, update, release.
    with TestCase().assertNumQueries(10 + 5):
        send({"seconds": 20, "sitting": "sitting-a", "total": 40}, key="beat-2")
    # Session, user; savepoint, look, release.
    with TestCase().assertNumQueries(5):
        send({"seconds": 20, "sitting": "sitting-a", "total": 40}, key="beat-2")


def test_only_what_completes_an_activity_must_be_seen_at_once(cast, talk, clock, kinds):
    def pinned_by(key) -> bool:
        request = RequestFactory().post(
            "/", '{"seconds": 20}', "application/json", headers={"Idempotency-Key": key}
        )
        request.user = cast.haruna
        with working(Work(Mode.WRITER)) as work:
            assert beat(request, talk.pk).status_code == 200
        assert work.wrote
        return work.wants_pin

    assert not pinned_by("beat-1")
    kinds["talk"].remaining_words = ""
    assert pinned_by("beat-2")
