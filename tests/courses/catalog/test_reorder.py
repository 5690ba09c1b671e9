import pytest

from courses.catalog import services
from courses.catalog.models import Course, Lesson
from tests.cast import activity, lesson


@pytest.fixture
def lessons(cast):
    return [cast.lesson, lesson(cast.maths, "二"), lesson(cast.maths, "三")]


def order(course) -> list[str]:
    return [x.title for x in Lesson.objects.present().filter(course=course)]


def titles(of) -> list[str]:
    return [a.title for a in of.activities.filter(deleted_at=None)]


def test_lessons_take_the_order_sent(cast, tanaka, lessons):
    ids = [lessons[2].pk, lessons[0].pk, lessons[1].pk]

    answer = tanaka.post(f"/teach/courses/{cast.maths.pk}/order/", {"ids": ids, "version": 1})

    assert answer.json() == {"version": 2}
    assert order(cast.maths) == ["三", "連立方程式の利用", "二"]


def test_two_teachers_reorder_at_once_and_the_second_sees_the_first_ones_order(
    cast, tanaka, suzuki, lessons
):
    url = f"/teach/courses/{cast.maths.pk}/order/"
    tanaka.post(url, {"ids": [lessons[2].pk, lessons[1].pk, lessons[0].pk], "version": 1})

    stale = suzuki.post(url, {"ids": [lessons[1].pk, lessons[0].pk, lessons[2].pk], "version": 1})

    assert stale.status_code == 409
    assert "順番は保存していません" in stale.content.decode()
    assert [p.lesson.title for p in stale.context["outline"]] == ["三", "二", "連立方程式の利用"]
    assert 'data-version="2"' in stale.content.decode()
    assert order(cast.maths) == ["三", "二", "連立方程式の利用"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ids: ids[:2],
        lambda ids: [*ids, ids[0]],
        lambda ids: [ids[0], ids[0], ids[1]],
        lambda ids: [*ids, 999999],
        lambda ids: ["x", *ids],
        lambda ids: ["9" * 40, *ids[1:]],
        lambda ids: [],
    ],
)
def test_a_list_that_does_not_name_every_lesson_once_changes_nothing(cast, tanaka, lessons, wrong):
    ids = [x.pk for x in reversed(lessons)]

    answer = tanaka.post(
        f"/teach/courses/{cast.maths.pk}/order/", {"ids": wrong(ids), "version": 1}
    )

    assert answer.status_code == 409
    assert order(cast.maths) == ["連立方程式の利用", "二", "三"]
    cast.maths.refresh_from_db()
    assert cast.maths.version == 1


@pytest.mark.parametrize("version", ["", "x", "2", "-1", "9" * 40])
def test_a_version_that_is_not_the_courses_changes_nothing(cast, tanaka, lessons, version):
    ids = [x.pk for x in reversed(lessons)]

    answer = tanaka.post(f"/teach/courses/{cast.maths.pk}/order/", {"ids": ids, "version": version})

    assert answer.status_code == 409
    assert order(cast.maths) == ["連立方程式の利用", "二", "三"]


def test_a_lesson_added_meanwhile_makes_the_order_stale(cast, tanaka, lessons):
    ids = [x.pk for x in reversed(lessons)]
    services.add_lesson(course=cast.maths, title="四")

    answer = tanaka.post(f"/teach/courses/{cast.maths.pk}/order/", {"ids": ids, "version": 1})

    assert answer.status_code == 409
    assert order(cast.maths) == ["連立方程式の利用", "二", "三", "四"]


def test_activities_take_the_order_sent(cast, tanaka):
    ids = [cast.document.pk, cast.note.pk, cast.video.pk]

    answer = tanaka.post(f"/teach/lessons/{cast.lesson.pk}/order/", {"ids": ids, "version": 1})

    assert answer.json() == {"version": 2}
    assert titles(cast.lesson) == ["演習プリント", "まとめノート", "速さの問題"]


def test_an_activity_moves_to_another_lesson_of_its_course(cast, tanaka, lessons):
    there = activity(lessons[1], "note", "前からある")

    tanaka.post(
        f"/teach/lessons/{lessons[1].pk}/order/",
        {"ids": [cast.video.pk, there.pk], "version": 1},
    )

    assert titles(lessons[1]) == ["速さの問題", "前からある"]
    assert titles(cast.lesson) == ["まとめノート", "演習プリント"]


def test_no_activity_moves_in_from_another_course(cast, sign_in):
    foreign = activity(lesson(cast.english, "英"), "note", "英語のノート")
    ids = [cast.note.pk, cast.video.pk, cast.document.pk, foreign.pk]

    answer = sign_in(cast.midori).post(
        f"/teach/lessons/{cast.lesson.pk}/order/", {"ids": ids, "version": 1}
    )

    assert answer.status_code == 409
    foreign.refresh_from_db()
    assert foreign.lesson.course == cast.english


def test_an_order_that_forgets_an_activity_is_stale(cast, tanaka):
    answer = tanaka.post(
        f"/teach/lessons/{cast.lesson.pk}/order/", {"ids": [cast.video.pk], "version": 1}
    )

    assert answer.status_code == 409
    assert titles(cast.lesson) == ["まとめノート", "速さの問題", "演習プリント"]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_reorder_costs_the_same_for_any_number_of_lessons(cast, rows, django_assert_num_queries):
    Lesson.objects.all().delete()
    ids = [lesson(cast.maths, f"回{n}").pk for n in range(rows)]

    # Savepoint and release, the claim, the lessons, one update for all of them.
    with django_assert_num_queries(5):
        services.order_lessons(course=cast.maths, version=1, ids=ids[::-1])
    assert list(cast.maths.lessons.values_list("pk", flat=True)) == ids[::-1]


def test_nothing_is_ordered_in_a_course_that_was_just_deleted(cast, lessons):
    services.delete(item=cast.maths)
    version = Course.objects.get(pk=cast.maths.pk).version

    with pytest.raises(services.StaleOrderError):
        services.order_lessons(
            course=cast.maths, version=version, ids=[x.pk for x in reversed(lessons)]
        )
