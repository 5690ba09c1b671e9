"""Files down: who gets them, and under which address."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from courses.catalog.models import Activity, State
from courses.enrolment.models import Enrolment
from courses.materials import services
from courses.materials.queries import file_url
from elearning.uploads.models import Upload, UploadState
from tests.cast import course, lesson


def content(answer):
    return b"".join(answer.streaming_content)


@pytest.fixture
def video_file(cast, make_upload, hold):
    """A video in use on Class A's maths course."""
    upload = make_upload(name="速さの 問題#1.mp4")
    hold(cast.video, upload)
    return upload


def test_a_student_of_the_course_gets_the_file(cast, sign_in, video_file):
    answer = sign_in(cast.haruna).get(file_url(video_file))
    assert answer.status_code == 200
    assert content(answer) == b"0123456789"
    assert answer["Content-Type"] == "video/mp4"
    assert quote("速さの 問題#1.mp4") in answer["Content-Disposition"]


def test_a_player_may_ask_for_a_part(cast, sign_in, video_file):
    answer = sign_in(cast.haruna).get(file_url(video_file), headers={"Range": "bytes=2-4"})
    assert answer.status_code == 206
    assert content(answer) == b"234"


def test_who_asks_to_save_it_is_not_shown_it(cast, sign_in, video_file):
    client = sign_in(cast.haruna)
    assert client.get(file_url(video_file))["Content-Disposition"].startswith("inline")
    saved = client.get(f"{file_url(video_file)}?download")
    assert saved["Content-Disposition"].startswith("attachment")


def test_who_asks_to_save_it_by_another_name_is_led_to_saving_it(cast, sign_in, video_file):
    other = reverse("materials:file", args=[video_file.pk, "old.mp4"])
    saved = sign_in(cast.haruna).get(f"{other}?download", follow=True)
    assert saved["Content-Disposition"].startswith("attachment")


def test_head_says_how_big_it_is(cast, sign_in, video_file):
    answer = sign_in(cast.haruna).head(file_url(video_file))
    assert answer.status_code == 200
    assert answer["Content-Length"] == "10"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("haruna", 200),
        ("ren", 200),
        ("sota", 404),
        ("yoko", 404),
        ("tanaka", 200),
        ("suzuki", 404),
        ("midori", 200),
    ],
)
def test_who_gets_it(cast, sign_in, video_file, person, code):
    assert sign_in(getattr(cast, person)).get(file_url(video_file)).status_code == code


def test_nobody_gets_it_without_signing_in(client, video_file):
    answer = client.get(file_url(video_file))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=/files/")


@pytest.mark.parametrize(
    "close",
    [
        lambda cast: Activity.objects.filter(pk=cast.video.pk).update(state=State.DRAFT),
        lambda cast: type(cast.lesson).objects.filter(pk=cast.lesson.pk).update(state=State.DRAFT),
        lambda cast: type(cast.maths).objects.filter(pk=cast.maths.pk).update(state=State.DRAFT),
    ],
    ids=["activity", "lesson", "course"],
)
def test_a_draft_is_for_its_teachers_alone(cast, sign_in, video_file, close):
    close(cast)
    assert sign_in(cast.haruna).get(file_url(video_file)).status_code == 404
    assert sign_in(cast.tanaka).get(file_url(video_file)).status_code == 200


def test_the_end_of_the_enrolment_is_the_end_of_the_file(cast, sign_in, video_file):
    from django.utils import timezone

    Enrolment.objects.filter(student=cast.haruna).update(ended_at=timezone.now())
    assert sign_in(cast.haruna).get(file_url(video_file)).status_code == 404


def test_a_file_on_its_way_is_nobodys_yet(cast, sign_in, video_file, make_upload):
    coming = make_upload(name="次.mp4", state=UploadState.VERIFIED)
    video = cast.video.video
    video.next_upload = coming
    video.save(update_fields=["next_upload"])
    for person in (cast.haruna, cast.tanaka):
        assert sign_in(person).get(file_url(coming)).status_code == 404


@pytest.mark.parametrize(
    "state", [state for state in UploadState if state != UploadState.PUBLISHED]
)
def test_only_published_files_go_out(cast, sign_in, video_file, state):
    Upload.objects.filter(pk=video_file.pk).update(state=state)
    assert sign_in(cast.haruna).get(file_url(video_file)).status_code == 404


def test_a_replaced_file_is_gone_for_students(cast, sign_in, video_file, make_upload, hold):
    hold(cast.video, make_upload(name="新.mp4"))
    assert sign_in(cast.haruna).get(file_url(video_file)).status_code == 404


def test_a_file_that_no_activity_holds_is_nobodys(cast, sign_in, make_upload):
    upload = make_upload()
    for person in (cast.haruna, cast.tanaka, cast.midori):
        assert sign_in(person).get(file_url(upload)).status_code == 404


def test_one_open_copy_is_enough(cast, sign_in, video_file):
    """Sota's course next year holds the same file; the first one stays closed to him."""
    copied = course("数学・写し", "maths", cast.suzuki)
    target = Activity.objects.create(
        lesson=lesson(copied, "第1回"), kind="video", title="写し", state=State.PUBLISHED
    )
    services.copy_file(source=cast.video, target=target)
    assert sign_in(cast.sota).get(file_url(video_file)).status_code == 404
    Enrolment.objects.create(student=cast.sota, course=copied)
    assert sign_in(cast.sota).get(file_url(video_file)).status_code == 200
    assert sign_in(cast.suzuki).get(file_url(video_file)).status_code == 200


def test_another_name_in_the_address_leads_to_the_right_one(cast, sign_in, video_file):
    url = reverse("materials:file", args=[video_file.pk, "x.mp4"])
    answer = sign_in(cast.haruna).get(url)
    assert answer.status_code == 302
    assert answer["Location"] == file_url(video_file)


def test_another_name_tells_a_stranger_nothing(cast, sign_in, video_file):
    url = reverse("materials:file", args=[video_file.pk, "x.mp4"])
    assert sign_in(cast.sota).get(url).status_code == 404


def test_a_file_may_be_framed_by_our_own_pages_only(cast, sign_in, make_upload, hold):
    upload = make_upload(name="a.pdf", content=b"%PDF-1.4")
    hold(cast.document, upload)
    answer = sign_in(cast.haruna).get(file_url(upload))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
