import pytest
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Activity, Course, Lesson
from tests.cast import activity, lesson


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.midori)


@pytest.mark.parametrize("model", ["course", "lesson", "activity"])
def test_lists_and_pages_open_and_search(cast, office, model):
    url = reverse(f"admin:catalog_{model}_changelist")
    pk = {"course": cast.maths, "lesson": cast.lesson, "activity": cast.note}[model].pk

    assert office.get(url).status_code == 200
    assert office.get(url, {"q": "数学", "bin": "no"}).status_code == 200
    assert office.get(url, {"bin": "yes"}).status_code == 200
    assert office.get(reverse(f"admin:catalog_{model}_change", args=[pk])).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_activities_asks_the_same_number_of_questions(
    cast, office, rows, django_assert_num_queries
):
    Lesson.objects.all().delete()
    for n in range(rows):
        activity(lesson(cast.maths, f"回{n}"), "note", f"ノート{n}")

    with django_assert_num_queries(7):
        office.get(reverse("admin:catalog_activity_changelist"))


@pytest.mark.parametrize("model", ["course", "lesson", "activity"])
def test_nothing_is_deleted_for_good(cast, office, model):
    pk = {"course": cast.maths, "lesson": cast.lesson, "activity": cast.note}[model].pk

    assert office.post(reverse(f"admin:catalog_{model}_delete", args=[pk])).status_code == 403
    assert Activity.objects.filter(pk=cast.note.pk).exists()


def test_a_save_in_the_admin_counts_as_an_edit(cast, office):
    sent = {
        "title": "運営が直した題名",
        "course": cast.maths.pk,
        "state": "draft",
        "seen": 1,
    }

    office.post(reverse("admin:catalog_lesson_change", args=[cast.lesson.pk]), sent)

    cast.lesson.refresh_from_db()
    assert (cast.lesson.title, cast.lesson.version) == ("運営が直した題名", 2)


def test_a_teachers_save_is_not_overwritten_unknowingly(cast, office):
    url = reverse("admin:catalog_lesson_change", args=[cast.lesson.pk])
    assert 'name="seen" value="1"' in office.get(url).content.decode()
    Lesson.objects.filter(pk=cast.lesson.pk).update(title="講師が直した題名", version=2)
    sent = {"title": "運営が直した題名", "course": cast.maths.pk, "state": "published", "seen": 1}

    page = office.post(url, sent)

    cast.lesson.refresh_from_db()
    assert (cast.lesson.title, cast.lesson.version) == ("講師が直した題名", 2)
    text = page.content.decode()
    assert "先に保存しました" in text
    assert "講師が直した題名" in text
    assert 'value="運営が直した題名"' in text
    assert 'name="seen" value="2"' in text

    assert office.post(url, {**sent, "seen": 2}).status_code == 302
    cast.lesson.refresh_from_db()
    assert (cast.lesson.title, cast.lesson.version) == ("運営が直した題名", 3)


def test_the_office_adds_a_course(cast, office):
    sent = {"title": "理科", "subject": "science", "grade": 8, "school_year": 2026}
    answer = office.post(reverse("admin:catalog_course_add"), {**sent, "state": "draft"})
    assert answer.status_code == 302
    assert Course.objects.get(title="理科").version == 1


def test_the_office_takes_things_out_of_the_bin_at_any_time(cast, office):
    Course.objects.filter(pk=cast.maths.pk).update(deleted_at=timezone.now().replace(year=2024))

    office.post(
        reverse("admin:catalog_course_changelist"),
        {"action": "restore", "_selected_action": [cast.maths.pk]},
    )

    cast.maths.refresh_from_db()
    assert (cast.maths.deleted_at, cast.maths.version) == (None, 2)
