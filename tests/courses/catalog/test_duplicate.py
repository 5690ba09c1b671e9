import datetime

import pytest
from django.utils import timezone

from courses.catalog import services
from courses.catalog.models import Activity, Course, Lesson
from courses.enrolment.models import ClassCourse, Enrolment
from courses.materials.kinds import NoteKind
from tests.cast import activity, lesson

YEAR = datetime.timedelta(weeks=52)


@pytest.fixture
def copy(cast):
    def make(**changes):
        asked = {"title": "来年の数学", "school_year": cast.maths.school_year + 1, **changes}
        return services.duplicate_course(source=cast.maths, by=cast.tanaka, **asked)

    return make


def test_the_form_offers_the_next_year_and_the_same_title(cast, tanaka):
    form = tanaka.get(f"/teach/courses/{cast.maths.pk}/duplicate/").context["form"]

    assert form["school_year"].value() == cast.maths.school_year + 1
    assert form["title"].value() == "数学・中2標準"


def test_everything_is_copied_as_a_draft(cast, tanaka):
    cast.note.note.body = "x = 2"
    cast.note.note.save()
    second = lesson(cast.maths, "二")
    activity(second, "note", "二のノート", required=False)
    lesson(cast.maths, "消した回", deleted_at=timezone.now())
    activity(cast.lesson, "note", "消した", deleted_at=timezone.now())

    response = tanaka.post(
        f"/teach/courses/{cast.maths.pk}/duplicate/",
        {"title": "来年の数学", "school_year": cast.maths.school_year + 1},
    )

    made = Course.objects.get(title="来年の数学")
    assert response["Location"] == f"/teach/courses/{made.pk}/"
    assert (made.state, made.subject, made.grade) == ("draft", cast.maths.subject, cast.maths.grade)
    assert list(made.teachers.all()) == [cast.tanaka]
    found = Activity.objects.filter(lesson__course=made).order_by("lesson__order", "order")
    assert [(a.lesson.title, a.title, a.kind, a.required, a.state) for a in found] == [
        ("連立方程式の利用", "まとめノート", "note", True, "draft"),
        ("連立方程式の利用", "速さの問題", "video", True, "draft"),
        ("連立方程式の利用", "演習プリント", "document", True, "draft"),
        ("二", "二のノート", "note", False, "draft"),
    ]
    assert found[0].note.body == "x = 2"
    assert set(made.lessons.values_list("state", flat=True)) == {"draft"}
    assert cast.maths.lessons.count() == 3


def test_dates_move_by_52_weeks_so_that_weekdays_stay(cast, copy):
    opens = timezone.now()
    Lesson.objects.update(published_from=opens, published_until=opens + YEAR)
    Activity.objects.update(due_at=opens)

    made = copy()

    first = made.lessons.get()
    assert first.published_from == opens + YEAR
    assert first.published_from.weekday() == opens.weekday()
    assert first.published_until == opens + 2 * YEAR
    assert {a.due_at for a in first.activities.all()} == {opens + YEAR}
    assert {a.published_from for a in first.activities.all()} == {None}


def test_for_the_same_year_the_dates_stay(cast, copy):
    due = cast.video.due_at

    made = copy(school_year=cast.maths.school_year)

    assert made.lessons.get().activities.get(kind="video").due_at == due


def test_nobody_is_enrolled_on_the_copy(cast, copy):
    made = copy()

    assert not ClassCourse.objects.filter(course=made).exists()
    assert not Enrolment.objects.filter(course=made).exists()


def test_if_one_activity_cannot_be_copied_there_is_no_half_a_course(cast, copy, monkeypatch):
    def fail(self, source, target):
        raise RuntimeError

    monkeypatch.setattr(NoteKind, "copy", fail)
    with pytest.raises(RuntimeError):
        copy()

    assert not Course.objects.filter(title="来年の数学").exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": "", "school_year": "2027"}, "講座名を入力してください。"),
        ({"title": "x", "school_year": "1999"}, "年度"),
        ({"title": "x", "school_year": "y"}, "年度"),
    ],
)
def test_a_copy_needs_a_title_and_a_year(cast, tanaka, sent, sentence):
    page = tanaka.post(f"/teach/courses/{cast.maths.pk}/duplicate/", sent)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Course.objects.count() == 2
