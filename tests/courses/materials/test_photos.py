"""A photo is there for students once a copy of it is that does not say where it was taken."""

import pytest
from django.urls import reverse

from courses.catalog.registry import facts_of
from courses.enrolment.models import Progress
from tests.cast import activity

NO_COPY = "生徒に見せる画像を作れませんでした。"


@pytest.fixture
def photo(cast, make_upload, hold):
    upload = make_upload(name="板書.jpg", content_type="image/jpeg", size=5 * 1024**2)
    hold(cast.document, upload)
    return upload


@pytest.fixture
def without_copies(photo):
    """Of which nothing can be made."""
    for kind in ("image-640", "image-1280"):
        photo.derivatives.create(kind=kind, state="failed", attempts=3, error="unreadable")
    return photo


def facts(one):
    return facts_of([one])[one.pk]


def page(client, name, one):
    return client.get(reverse(name, args=[one.pk])).content.decode()


def test_while_its_copies_are_being_made_it_is_not_ready_and_no_trouble(cast, photo):
    assert (facts(cast.document).ready, facts(cast.document).trouble) == (False, "")
    photo.derivatives.create(kind="image-640", state="failed")
    photo.derivatives.create(kind="image-1280", state="working")
    assert (facts(cast.document).ready, facts(cast.document).trouble) == (False, "")


def test_once_none_can_be_made_its_teacher_is_told_everywhere(cast, sign_in, without_copies):
    teacher = sign_in(cast.tanaka)
    assert not facts(cast.document).ready

    editor = page(teacher, "materials:upload_status", cast.document)
    assert "利用できます" not in editor
    assert "要確認" in editor

    assert "いまのファイルがそのまま使われます" not in page(
        teacher, "catalog:activity", cast.document
    )

    row = page(teacher, "catalog:course", cast.maths).partition(f"activity-{cast.document.pk}")[2]
    assert NO_COPY in row
    assert "要確認" in row


def test_no_student_completes_what_nobody_can_see(cast, sign_in, without_copies):
    student = sign_in(cast.haruna)

    shown = page(student, "learning:activity", cast.document)
    assert "この教材は準備中です。" in shown
    assert "完了にする" not in shown
    outline = page(student, "learning:activity", cast.note).partition(cast.document.title)[2]
    assert "準備中" in outline.partition("</li>")[0]

    student.post(reverse("enrolment:complete", args=[cast.document.pk]))
    assert not Progress.objects.filter(activity=cast.document).exists()


def test_a_single_copy_is_enough(cast, sign_in, without_copies):
    without_copies.derivatives.filter(kind="image-1280").update(state="ready", key="a.webp")
    said = facts(cast.document)
    assert (said.ready, said.trouble) == (True, "")
    assert "利用できます" in page(sign_in(cast.tanaka), "materials:upload_status", cast.document)


def test_students_are_told_the_size_of_what_they_get(cast, sign_in, photo):
    for kind, width, size in (("image-640", 640, 60), ("image-1280", 1280, 240)):
        photo.derivatives.create(
            kind=kind, state="ready", key=f"{kind}.webp", width=width, height=9, size=size * 1024
        )
    assert facts(cast.document).text == "画像・240 KB"
    shown = page(sign_in(cast.haruna), "learning:activity", cast.document)
    assert "画像・240 KB" in shown
    assert "5 MB" not in shown


def test_many_photos_cost_as_much_as_one(cast, photo, make_upload, hold, django_assert_num_queries):
    some = [cast.document]
    for n in range(10):
        some.append(activity(cast.lesson, "document", f"写真{n}"))
        upload = make_upload(name="a.png", content_type="image/png")
        upload.derivatives.create(kind="image-640", state="failed")
        hold(some[-1], upload)
    for asked in (some[:1], some):
        with django_assert_num_queries(1):
            assert len(facts_of(asked)) == len(asked)
