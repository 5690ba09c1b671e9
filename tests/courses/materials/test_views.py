"""Files up: announcing them, and asking how far they are."""

import json

import pytest
from django.urls import reverse

from courses.catalog.models import Activity
from courses.materials import services
from elearning.uploads.models import Upload, UploadState


def begin(client, lesson, **body):
    return client.post(
        reverse("materials:begin_upload", args=[lesson.pk]),
        json.dumps(body),
        content_type="application/json",
    )


def replace(client, activity, **body):
    return client.post(
        reverse("materials:replace_upload", args=[activity.pk]),
        json.dumps(body),
        content_type="application/json",
    )


def status(client, activity, **query):
    return client.get(reverse("materials:upload_status", args=[activity.pk]), query)


def test_a_teacher_drops_a_file_on_a_lesson(cast, sign_in):
    answer = begin(sign_in(cast.tanaka), cast.lesson, name="動画.mp4", size=9).json()
    upload = Upload.objects.get(pk=answer["id"])
    assert upload.owner == cast.tanaka
    assert answer["urls"]["self"] == reverse("uploads:detail", args=[upload.pk])
    assert Activity.objects.get(pk=answer["activity"]).video.next_upload == upload


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a.mp4"},
        {"name": 5, "size": 5},
        {"name": "a.mp4", "size": "9"},
        {"name": "a.mp4", "size": True},
        {"name": "a.exe", "size": 9},
        {"name": "a.mp4", "size": -1},
        {"name": "a.mp4", "size": 10**400},
        {"name": "a.mp4", "size": float("inf")},
    ],
)
def test_a_refusal_is_a_sentence(cast, sign_in, body):
    answer = begin(sign_in(cast.tanaka), cast.lesson, **body)
    assert answer.status_code == 400
    assert "。" in answer.json()["error"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "nonsense", "null", "[" * 2000])
def test_a_broken_request_is_a_sentence_too(cast, sign_in, body):
    url = reverse("materials:begin_upload", args=[cast.lesson.pk])
    answer = sign_in(cast.tanaka).post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert "もう一度お試しください" in answer.json()["error"]


def test_only_who_builds_the_course_brings_files(cast, sign_in):
    for person, code in ((cast.suzuki, 404), (cast.haruna, 403), (cast.yoko, 403)):
        client = sign_in(person)
        assert begin(client, cast.lesson, name="a.mp4", size=9).status_code == code
        assert replace(client, cast.video, name="a.mp4", size=9).status_code == code
        assert status(client, cast.video).status_code == code
    assert not Upload.objects.exists()


def test_the_office_may_bring_files_too(cast, sign_in):
    answer = begin(sign_in(cast.midori), cast.lesson, name="a.pdf", size=9)
    assert answer.status_code == 201


def test_a_note_has_no_file(cast, sign_in):
    client = sign_in(cast.tanaka)
    assert replace(client, cast.note, name="a.pdf", size=9).status_code == 404
    assert status(client, cast.note).status_code == 404


def test_a_teacher_replaces_a_file(cast, sign_in, make_upload, hold):
    video = hold(cast.video, make_upload())
    answer = replace(sign_in(cast.tanaka), cast.video, name="b.mp4", size=9)
    assert answer.status_code == 201
    assert answer.json()["activity"] == cast.video.pk
    video.refresh_from_db()
    assert str(video.next_upload_id) == answer.json()["id"]


def test_a_print_in_place_of_a_video_is_refused(cast, sign_in):
    answer = replace(sign_in(cast.tanaka), cast.video, name="b.pdf", size=9)
    assert answer.status_code == 400
    assert "動画" in answer.json()["error"]


@pytest.mark.parametrize(
    ("state", "facts", "said", "asks_again"),
    [
        (UploadState.PENDING, {}, "アップロード中", True),
        (UploadState.UPLOADED, {}, "確認中", True),
        (UploadState.VERIFIED, {}, "確認中", True),
        (UploadState.REJECTED, {"reason": "pdf_password"}, "パスワード", False),
        (UploadState.ABORTED, {}, "まだファイルがありません", False),
    ],
)
def test_the_status_says_where_a_new_file_is(cast, sign_in, state, facts, said, asks_again):
    document = cast.document.document
    upload = services.replace_upload(material=document, owner=cast.tanaka, name="b.pdf", size=9)
    Upload.objects.filter(pk=upload.pk).update(state=state, **facts)
    page = status(sign_in(cast.tanaka), cast.document).content.decode()
    assert said in page
    assert ("every 2s" in page) is asks_again
    assert ("別のファイルを選ぶ" in page) is (state == UploadState.REJECTED)


def test_the_status_names_the_file_in_use_beside_the_one_on_its_way(
    cast, sign_in, make_upload, hold
):
    video = hold(cast.video, make_upload(name="今.mp4"))
    services.replace_upload(material=video, owner=cast.tanaka, name="次.mp4", size=9)
    page = status(sign_in(cast.tanaka), cast.video).content.decode()
    assert "利用できます" in page
    assert "今.mp4" in page
    assert "次.mp4" in page


def test_the_status_is_silent_while_nothing_changes(cast, sign_in, make_upload, hold):
    hold(cast.video, make_upload())
    client = sign_in(cast.tanaka)
    seen = status(client, cast.video).context["file"].token
    assert status(client, cast.video, seen=seen).status_code == 204
    services.replace_upload(material=cast.video.video, owner=cast.tanaka, name="次.mp4", size=9)
    assert status(client, cast.video, seen=seen).status_code == 200


def test_parts_that_arrived_show_as_progress(cast, sign_in):
    video = cast.video.video
    upload = services.replace_upload(material=video, owner=cast.tanaka, name="次.mp4", size=8)
    Upload.objects.filter(pk=upload.pk).update(part_size=2)
    upload.parts.create(number=1, size=2, sha256="0" * 64)
    assert "25%" in status(sign_in(cast.tanaka), cast.video).content.decode()
