"""The page that says which classes take a course."""

import pytest
from django.test import TestCase
from django.urls import reverse

from accounts.models import ClassGroup, ClassMembership
from courses.catalog.models import Course, State
from courses.enrolment.models import ClassCourse, Enrolment
from tests.cast import join, person


def page_of(course) -> str:
    return reverse("enrolment:course_classes", args=[course.pk])


def adding(course, class_group) -> str:
    return reverse("enrolment:class_add", args=[course.pk, class_group.pk])


def ending(course, class_group) -> str:
    return reverse("enrolment:class_end", args=[course.pk, class_group.pk])


def new_class(cast, name: str, **fields) -> ClassGroup:
    return ClassGroup.objects.create(
        **{"name": name, "campus": cast.campus, "school_year": 2026, "grade": 8, **fields}
    )


def names(rows) -> list[str]:
    return [row.class_group.name for row in rows]


def test_it_shows_who_takes_the_course(cast, sign_in):
    response = sign_in(cast.tanaka).get(page_of(cast.maths))
    page = response.content.decode()

    assert names(response.context["taking"]) == ["中2標準 数学 Aクラス"]
    for fact in ("渋谷校", "火・金 19:00–20:30", "担当 田中 健一"):
        assert f"<span>{fact}</span>" in page
    assert "生徒 2 人" in page
    assert f'href="{reverse("catalog:course", args=[cast.maths.pk])}"' in page


def test_it_counts_only_who_is_in_the_class_now(cast, sign_in):
    ClassMembership.objects.filter(student=cast.ren).update(left_on="2026-06-30")
    cast.haruna.is_active = False
    cast.haruna.save()
    join(cast.class_a, cast.sota)

    page = sign_in(cast.tanaka).get(page_of(cast.maths)).content.decode()

    assert "生徒 1 人" in page


def test_a_teacher_adds_his_own_class(cast, sign_in):
    evening = new_class(cast, "夜のクラス")
    evening.teachers.add(cast.tanaka)
    join(evening, cast.sota)
    client = sign_in(cast.tanaka)
    assert names(client.get(page_of(cast.maths)).context["found"]) == ["夜のクラス"]

    response = client.post(adding(cast.maths, evening), follow=True)

    assert response.redirect_chain == [(page_of(cast.maths), 302)]
    assert names(response.context["taking"]) == ["中2標準 数学 Aクラス", "夜のクラス"]
    assert names(response.context["found"]) == []
    assert "「渋谷校 夜のクラス」がこの講座を受講します。" in response.content.decode()
    assert Enrolment.objects.filter(student=cast.sota, course=cast.maths, ended_at=None).exists()


def test_a_teacher_neither_sees_nor_adds_the_class_of_another(cast, sign_in):
    client = sign_in(cast.tanaka)

    assert names(client.get(page_of(cast.maths)).context["found"]) == []
    assert client.post(adding(cast.maths, cast.class_b)).status_code == 404
    assert not ClassCourse.objects.filter(class_group=cast.class_b, course=cast.maths).exists()


def test_a_teacher_does_not_end_the_class_of_another(cast, sign_in):
    ClassCourse.objects.create(class_group=cast.class_b, course=cast.maths)
    client = sign_in(cast.tanaka)
    page = client.get(page_of(cast.maths)).content.decode()

    assert "変更は担当の講師か運営が行います" in page
    assert ending(cast.maths, cast.class_b) not in page
    assert ending(cast.maths, cast.class_a) in page
    assert client.post(ending(cast.maths, cast.class_b)).status_code == 404
    assert ClassCourse.objects.filter(class_group=cast.class_b, course=cast.maths).exists()


def test_ending_can_be_undone_from_the_toast(cast, sign_in):
    client = sign_in(cast.tanaka)

    ended = client.post(ending(cast.maths, cast.class_a), follow=True)
    page = ended.content.decode()
    assert "受講を終了しました。学習の記録は残っています。" in page
    assert "この講座を受講しているクラスはまだありません。" in page
    assert Enrolment.objects.filter(course=cast.maths, ended_at=None).count() == 0
    (toast,) = ended.context["messages"]
    assert toast.extra_tags == adding(cast.maths, cast.class_a)

    client.post(toast.extra_tags)
    assert Enrolment.objects.filter(course=cast.maths, ended_at=None).count() == 2


def test_ending_twice_says_nothing_the_second_time(cast, sign_in):
    client = sign_in(cast.tanaka)
    client.post(ending(cast.maths, cast.class_a), follow=True)

    response = client.post(ending(cast.maths, cast.class_a), follow=True)

    assert list(response.context["messages"]) == []


def test_the_office_finds_every_class_of_the_year(cast, sign_in):
    new_class(cast, "去年のクラス", school_year=2025)
    new_class(cast, "中1のクラス", grade=7)
    response = sign_in(cast.midori).get(page_of(cast.maths))

    # The course's own grade first, then by campus and name.
    assert names(response.context["found"]) == ["中2発展 英語 Bクラス", "中1のクラス"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Bクラス", ["中2発展 英語 Bクラス"]),
        ("Ｂクラス", ["中2発展 英語 Bクラス"]),
        ("中2 夏期", ["中2 夏期 Ａクラス", "中2 夏期Aクラス"]),
        ("夏期A", ["中2 夏期Aクラス"]),
        ("Aクラス", ["中2 夏期 Ａクラス", "中2 夏期Aクラス"]),
        ("鈴木", ["中2発展 英語 Bクラス"]),
        ("すずき", ["中2発展 英語 Bクラス"]),
        ("新宿", ["中2 夏期 Ａクラス"]),
        ("渋谷 英語", ["中2発展 英語 Bクラス"]),
        ("渋谷 理科", []),
        ("100%", []),
        ("\0", None),
    ],
)
def test_the_office_searches_by_class_campus_and_teacher(cast, sign_in, words, found):
    shinjuku = cast.campus.__class__.objects.create(name="新宿校")
    new_class(cast, "中2 夏期 Ａクラス", campus=shinjuku)
    new_class(cast, "中2 夏期Aクラス")

    response = sign_in(cast.midori).get(page_of(cast.maths), {"q": words})

    shown = names(response.context["found"])
    assert len(shown) == 3 if found is None else sorted(shown) == sorted(found)


def test_a_search_in_vain_says_what_to_do(cast, sign_in):
    page = sign_in(cast.midori).get(page_of(cast.maths), {"q": "<b>ない"}).content.decode()

    assert "「&lt;b&gt;ない」に当てはまるクラスで、追加できるものはありません。" in page


def test_typing_gets_only_the_list(cast, sign_in):
    response = sign_in(cast.midori).get(
        page_of(cast.maths), {"q": "英語"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()

    assert "<html" not in page
    assert adding(cast.maths, cast.class_b) in page
    assert "csrfmiddlewaretoken" in page


def test_of_many_classes_the_first_are_shown(cast, sign_in):
    for number in range(25):
        new_class(cast, f"クラス{number:02}")

    response = sign_in(cast.midori).get(page_of(cast.maths))

    assert len(response.context["found"]) == 20
    assert "はじめの 20 クラスを表示しています" in response.content.decode()


def test_a_teacher_of_many_classes_can_search_too(cast, sign_in):
    client = sign_in(cast.tanaka)
    assert 'type="search"' not in client.get(page_of(cast.maths)).content.decode()

    for number in range(25):
        new_class(cast, f"クラス{number:02}").teachers.add(cast.tanaka)
    assert 'type="search"' in client.get(page_of(cast.maths)).content.decode()

    response = client.get(page_of(cast.maths), {"q": "クラス24"})
    assert names(response.context["found"]) == ["クラス24"]
    assert 'value="クラス24"' in response.content.decode()


def test_a_draft_says_that_students_do_not_see_it_yet(cast, sign_in):
    Course.objects.filter(pk=cast.maths.pk).update(state=State.DRAFT)

    page = sign_in(cast.tanaka).get(page_of(cast.maths)).content.decode()

    assert "まだ下書きです" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("tanaka", 200), ("midori", 200), ("suzuki", 404), ("haruna", 403), ("yoko", 403)],
)
def test_who_may_look_and_change(cast, sign_in, who, status):
    client = sign_in(getattr(cast, who))

    assert client.get(page_of(cast.maths)).status_code == status
    changed = 302 if status == 200 else status
    assert client.post(ending(cast.maths, cast.class_a)).status_code == changed
    assert client.post(adding(cast.maths, cast.class_a)).status_code == changed


def test_a_deleted_course_has_no_such_page(cast, sign_in, clock):
    Course.objects.filter(pk=cast.maths.pk).update(deleted_at=clock.now)

    assert sign_in(cast.tanaka).get(page_of(cast.maths)).status_code == 404


def test_links_change_nothing(cast, sign_in):
    client = sign_in(cast.tanaka)

    assert client.get(adding(cast.maths, cast.class_a)).status_code == 405
    assert client.get(ending(cast.maths, cast.class_a)).status_code == 405


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_costs_the_same_with_any_number_of_classes(cast, sign_in, many):
    for number in range(many):
        taking = new_class(cast, f"受講{number}")
        free = new_class(cast, f"未受講{number}")
        for class_group in (taking, free):
            class_group.teachers.add(cast.tanaka)
        ClassCourse.objects.create(class_group=taking, course=cast.maths)
        join(taking, person(f"s{number}", "生徒", str(number), "せいと だれか", "student"))
    client = sign_in(cast.tanaka)

    # Session, user, course; own among those taking; twice classes, meetings, teachers, students.
    with TestCase().assertNumQueries(12):
        client.get(page_of(cast.maths))
