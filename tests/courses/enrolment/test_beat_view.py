"""The address that heartbeats go to."""

import json

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from courses.catalog.models import Activity, State
from courses.enrolment.models import Enrolment, Progress, StudyDay


def send(client: Client, activity: Activity, body):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        reverse("enrolment:beat", args=[activity.pk]), text, content_type="application/json"
    )


def test_a_heartbeat_is_stored_and_answered(cast, talk, sign_in):
    answer = send(sign_in(cast.haruna), talk, {"seconds": 20, "position": 31.5, "ranges": []})

    assert answer.status_code == 200
    assert answer.json() == {"completed": False, "remaining": "あと 3 分です。", "seconds": 20}
    progress = Progress.objects.get(student=cast.haruna, activity=talk)
    assert (progress.seconds, progress.position) == (20, 31.5)
    assert StudyDay.objects.get(student=cast.haruna).seconds == 20


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"20"',
        b"\xff\xfe",
        "[" * 100_000,
        "1" * 10_000,
        '{"seconds": ' + "1" * 5_000 + "}",
        "あ",
    ],
    ids=["empty", "open", "null", "list", "number", "text", "bytes", "deep", "long", "huge", "あ"],
)
def test_what_is_no_heartbeat_is_answered_with_a_sentence(cast, talk, sign_in, body):
    answer = send(sign_in(cast.haruna), talk, body)

    assert answer.status_code == 400
    assert "読み込み直して" in answer.json()["error"]
    assert not Progress.objects.exists()


def test_a_body_beyond_all_measure_is_refused(cast, talk, sign_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = send(sign_in(cast.haruna), talk, {"seconds": 20, "ranges": ["x" * 2000]})

    assert answer.status_code == 400
    assert "error" in answer.json()


@pytest.mark.parametrize(
    "nonsense",
    ["NaN", "Infinity", "-Infinity", "-20", "1e999", '"20"', "[20]", "{}", "true", "null"],
)
def test_nonsense_in_a_field_is_ignored(cast, talk, sign_in, nonsense):
    Progress.objects.create(student=cast.haruna, activity=talk, position=7)
    body = f'{{"seconds": {nonsense}, "position": {nonsense}, "total": {nonsense}}}'

    answer = send(sign_in(cast.haruna), talk, body)

    assert answer.status_code == 200
    assert answer.json()["seconds"] == 0
    assert Progress.objects.get().position == (0 if nonsense == "-20" else 7)


def test_a_claim_of_a_year_is_cut_to_what_can_be(cast, talk, sign_in):
    answer = send(sign_in(cast.haruna), talk, {"seconds": 10**300, "position": 10**300})

    assert answer.json()["seconds"] == 25
    assert Progress.objects.get().position == 86400


@pytest.mark.parametrize("who", ["tanaka", "midori", "yoko"])
def test_only_students_study(cast, talk, sign_in, who):
    assert send(sign_in(getattr(cast, who)), talk, {"seconds": 20}).status_code == 403
    assert not Progress.objects.exists()


def test_a_stranger_is_sent_to_sign_in(cast, talk):
    answer = send(Client(), talk, {"seconds": 20})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_not_for_whoever_does_not_take_the_course(cast, talk, sign_in):
    assert send(sign_in(cast.sota), talk, {"seconds": 20}).status_code == 404


def test_no_more_after_the_enrolment_has_ended(cast, talk, sign_in):
    client = sign_in(cast.haruna)
    assert send(client, talk, {"seconds": 20}).status_code == 200
    Enrolment.objects.filter(student=cast.haruna).update(ended_at="2026-11-01T00:00Z")

    assert send(client, talk, {"seconds": 20}).status_code == 404
    assert Progress.objects.get().seconds == 20


def test_no_more_after_the_activity_was_closed(cast, talk, sign_in):
    Activity.objects.filter(pk=talk.pk).update(state=State.DRAFT)

    assert send(sign_in(cast.haruna), talk, {"seconds": 20}).status_code == 404


def test_a_page_of_another_site_cannot_send_heartbeats(cast, talk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.haruna, backend="accounts.backends.SignInBackend")

    assert send(client, talk, {"seconds": 20}).status_code == 403


def test_the_address_takes_nothing_but_posts(cast, talk, sign_in):
    url = reverse("enrolment:beat", args=[talk.pk])

    assert sign_in(cast.haruna).get(url).status_code == 405


def test_a_heartbeat_is_cheap(cast, talk, sign_in, clock):
    client = sign_in(cast.haruna)
    clock.forward(60)
    send(client, talk, {"seconds": 20, "sitting": "sitting-a", "total": 20})
    clock.forward(20)

    # Session, user, activity; savepoint, clock, progress; three updates; release.
    with TestCase().assertNumQueries(10):
        answer = send(client, talk, {"seconds": 20, "sitting": "sitting-a", "total": 40})

    assert answer.json()["seconds"] == 40
