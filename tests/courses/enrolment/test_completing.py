"""Opening an activity, and saying that one is done."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.enrolment.models import Enrolment, Progress
from courses.enrolment.services import Refused, complete, open_activity


def address(activity) -> str:
    return reverse("enrolment:complete", args=[activity.pk])


def said(response) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


def test_the_first_opening_is_remembered(cast, talk):
    first = open_activity(student=cast.haruna, activity=talk)

    assert open_activity(student=cast.haruna, activity=talk).opened_at == first.opened_at
    assert Progress.objects.get().state == "started"


def test_completing_remembers_the_first_time_only(cast, reading, clock):
    first = clock.now
    assert complete(student=cast.haruna, activity=reading) is True
    clock.forward(60)
    assert complete(student=cast.haruna, activity=reading) is False

    assert Progress.objects.get().completed_at == first


def test_a_kind_that_completes_itself_cannot_be_completed_by_hand(cast, talk):
    with pytest.raises(Refused, match="自動で完了になります"):
        complete(student=cast.haruna, activity=talk)

    assert not Progress.objects.exists()


def test_what_is_not_there_yet_cannot_be_completed(cast, reading, kinds):
    kinds["reading"].ready = False

    with pytest.raises(Refused, match="準備中"):
        complete(student=cast.haruna, activity=reading)


def test_done_leads_back_to_the_activity(cast, reading, sign_in):
    response = sign_in(cast.haruna).post(address(reading))

    assert response.status_code == 302
    assert response["Location"] == f"/activities/{reading.pk}/"
    assert said(response) == ["「読みもの」を完了にしました。"]
    assert Progress.objects.get(student=cast.haruna).state == "completed"


def test_done_leads_on_to_where_the_page_says(cast, reading, sign_in):
    response = sign_in(cast.haruna).post(address(reading), {"next": "/courses/"})

    assert response["Location"] == "/courses/"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\e.com"]
)
def test_done_leads_nowhere_else(cast, reading, sign_in, elsewhere):
    response = sign_in(cast.haruna).post(address(reading), {"next": elsewhere})

    assert response["Location"] == f"/activities/{reading.pk}/"


def test_done_twice_is_said_once(cast, reading, sign_in):
    client = sign_in(cast.haruna)
    client.post(address(reading))
    client.cookies.pop("messages")

    assert said(client.post(address(reading))) == []


def test_a_refusal_is_a_sentence_on_the_page(cast, talk, sign_in):
    response = sign_in(cast.haruna).post(address(talk))

    assert response.status_code == 302
    assert said(response) == ["「解説をきく」は、最後まで学習すると自動で完了になります。"]
    assert not Progress.objects.exists()


@pytest.mark.parametrize("who", ["tanaka", "midori", "yoko"])
def test_only_students_complete(cast, reading, sign_in, who):
    assert sign_in(getattr(cast, who)).post(address(reading)).status_code == 403
    assert not Progress.objects.exists()


def test_not_for_whoever_does_not_take_the_course(cast, reading, sign_in):
    assert sign_in(cast.sota).post(address(reading)).status_code == 404

    Enrolment.objects.filter(student=cast.haruna).update(ended_at="2026-11-01T00:00Z")
    assert sign_in(cast.haruna).post(address(reading)).status_code == 404
    assert not Progress.objects.exists()


def test_a_link_completes_nothing(cast, reading, sign_in):
    assert sign_in(cast.haruna).get(address(reading)).status_code == 405


def test_a_form_of_another_site_completes_nothing(cast, reading):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.haruna, backend="accounts.backends.SignInBackend")

    assert client.post(address(reading)).status_code == 403
    assert not Progress.objects.exists()
