"""A request to begin whose answer was lost comes again, and makes nothing a second time."""

import json

import pytest
from django.urls import reverse

from courses.catalog.models import Activity
from courses.materials.services import files
from elearning.uploads import limits
from elearning.uploads.models import Upload

TOKEN = "0123456789abcdef0123456789abcdef"


def begin(client, lesson, **body):
    return client.post(
        reverse("materials:begin_upload", args=[lesson.pk]),
        json.dumps({"name": "授業.mp4", "size": 9, "token": TOKEN, **body}),
        content_type="application/json",
    )


def test_the_same_request_again_gives_what_it_made_before(cast, sign_in):
    client = sign_in(cast.tanaka)
    before = Activity.objects.count()

    first, second = begin(client, cast.lesson), begin(client, cast.lesson)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Activity.objects.count() == before + 1
    assert Upload.objects.count() == 1


def test_twice_at_once_the_second_finds_the_first(cast, sign_in, monkeypatch):
    client = sign_in(cast.tanaka)
    first = begin(client, cast.lesson).json()
    look = iter([None])
    # The second request looked before the first one had stored anything.
    monkeypatch.setattr(files.uploads, "begun", lambda **k: next(look, Upload.objects.get()))

    assert begin(client, cast.lesson).json() == first
    assert Upload.objects.count() == 1


def test_a_colleague_gets_nothing_by_the_same_token(cast, sign_in):
    cast.maths.teachers.add(cast.suzuki)
    begin(sign_in(cast.tanaka), cast.lesson)
    begin(sign_in(cast.suzuki), cast.lesson)
    assert Upload.objects.filter(token=TOKEN).count() == 2


def test_another_file_has_another_token_or_none(cast, sign_in):
    client = sign_in(cast.tanaka)
    for token in (TOKEN, TOKEN[::-1], None, 5, "", "x" * 37, "short"):
        assert begin(client, cast.lesson, token=token).status_code == 201
    assert Upload.objects.count() == 7


def test_what_was_superseded_meanwhile_is_not_given_again(cast, sign_in):
    client = sign_in(cast.tanaka)
    first = begin(client, cast.lesson).json()
    video = Activity.objects.get(pk=first["activity"]).video
    files.replace_upload(material=video, owner=cast.tanaka, name="別.mp4", size=9)

    again = begin(client, cast.lesson)

    assert again.status_code == 201
    assert again.json()["id"] != first["id"]


@pytest.mark.parametrize("name", ["\ud800.mp4", "授業\udfff.mp4"])
def test_half_a_character_in_a_name_breaks_nothing(cast, sign_in, name):
    answer = begin(sign_in(cast.tanaka), cast.lesson, name=name)
    assert answer.status_code in (201, 400)
    assert "\ud800" not in limits.clean_name(name)
