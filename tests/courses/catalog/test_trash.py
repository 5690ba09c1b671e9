import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Activity, Lesson
from courses.enrolment.models import Progress
from tests.cast import lesson


@pytest.fixture
def progress(cast):
    return Progress.objects.create(student=cast.haruna, activity=cast.video, seconds=90)


def toasts(page) -> list[tuple[str, str]]:
    return [(str(m), m.extra_tags) for m in page.context["messages"]]


@pytest.mark.parametrize("name", ["course", "lesson", "activity"])
def test_deleting_hides_and_undoing_brings_back_with_all_progress(cast, tanaka, progress, name):
    item = {"course": cast.maths, "lesson": cast.lesson, "activity": cast.video}[name]
    undo = reverse(f"catalog:{name}_restore", args=[item.pk])

    page = tanaka.post(reverse(f"catalog:{name}_delete", args=[item.pk]), follow=True)

    assert toasts(page) == [(f"「{item.title}」をごみ箱に移しました。", undo)]
    assert f'action="{undo}"' in page.content.decode()
    assert not Activity.objects.present().filter(pk=cast.video.pk).exists()
    assert Progress.objects.get(pk=progress.pk).seconds == 90

    page = tanaka.post(undo, follow=True)

    assert f"「{item.title}」を元に戻しました。" in page.content.decode()
    assert Activity.objects.present().filter(pk=cast.video.pk).exists()
    assert Progress.objects.get(pk=progress.pk).seconds == 90


@pytest.mark.parametrize("name", ["lesson", "activity"])
def test_the_builder_takes_it_out_without_a_new_page(cast, tanaka, htmx, name):
    item = {"lesson": cast.lesson, "activity": cast.video}[name]

    page = tanaka.post(reverse(f"catalog:{name}_delete", args=[item.pk]), headers=htmx)

    text = page.content.decode()
    assert "<html" not in text
    assert 'id="toasts"' in text
    assert 'id="trash"' in text
    assert text.count(reverse(f"catalog:{name}_restore", args=[item.pk])) == 2


def test_a_restored_lesson_is_where_it_was(cast, tanaka):
    second = lesson(cast.maths, "二")
    lesson(cast.maths, "三")
    tanaka.post(f"/teach/lessons/{second.pk}/delete/")
    tanaka.post(f"/teach/lessons/{second.pk}/restore/")

    assert [x.title for x in Lesson.objects.present().filter(course=cast.maths)] == [
        "連立方程式の利用",
        "二",
        "三",
    ]


def test_deleting_or_restoring_twice_is_harmless(cast, tanaka):
    for action in ("delete", "delete", "restore", "restore"):
        url = reverse(f"catalog:activity_{action}", args=[cast.note.pk])
        assert tanaka.post(url).status_code == 302

    cast.note.refresh_from_db()
    assert (cast.note.deleted_at, cast.note.version) == (None, 3)


def test_the_bin_holds_thirty_days(cast, tanaka):
    now = timezone.now()
    lesson(cast.maths, "先週消した回", deleted_at=now - datetime.timedelta(days=7))
    lesson(cast.maths, "先々月消した回", deleted_at=now - datetime.timedelta(days=31))
    Activity.objects.filter(pk=cast.note.pk).update(deleted_at=now)

    trash = tanaka.get(f"/teach/courses/{cast.maths.pk}/").context["trash"]

    assert [x.title for x in trash.lessons] == ["先週消した回"]
    assert trash.activities == [cast.note]


def test_what_went_with_its_lesson_is_not_listed_apart(cast, tanaka):
    Activity.objects.filter(pk=cast.note.pk).update(deleted_at=timezone.now())
    tanaka.post(f"/teach/lessons/{cast.lesson.pk}/delete/")

    trash = tanaka.get(f"/teach/courses/{cast.maths.pk}/").context["trash"]

    assert (trash.lessons, trash.activities) == ([cast.lesson], [])
