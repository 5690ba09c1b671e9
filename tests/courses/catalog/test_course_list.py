import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Course, Subject
from courses.catalog.years import current_school_year
from tests.cast import course, lesson

URL = "/teach/courses/"


def titles(response) -> list[str]:
    return [c.title for c in response.context["page"].courses]


@pytest.fixture
def year():
    return current_school_year()


def test_a_teacher_sees_the_own_courses_of_this_year(cast, tanaka, year):
    Course.objects.update(school_year=year)
    course("数学・去年", Subject.MATHS, cast.tanaka, school_year=year - 1)

    page = tanaka.get(URL)

    assert titles(page) == ["数学・中2標準"]
    assert page.context["page"].years == [year, year - 1]
    assert "全1回" in page.content.decode()
    assert titles(tanaka.get(URL, {"year": year - 1})) == ["数学・去年"]


def test_the_current_year_comes_first_even_when_next_years_is_being_prepared(cast, tanaka, year):
    Course.objects.update(school_year=year + 1)
    course("前年度", Subject.MATHS, cast.tanaka, school_year=year - 1)

    page = tanaka.get(URL)

    assert page.context["page"].years == [year, year + 1, year - 1]
    assert titles(page) == []
    assert f"{year}年度の講座はまだありません" in page.content.decode()


def test_the_office_sees_every_course(cast, sign_in, year):
    Course.objects.update(school_year=year)

    assert len(titles(sign_in(cast.midori).get(URL))) == 2


@pytest.mark.parametrize(
    "words", ["標準", "中2", "中２", "数学", "田中", "数学 標準", "  田中　中2 "]
)
def test_a_search_looks_into_all_years(cast, tanaka, words, year):
    Course.objects.update(school_year=year - 3)

    assert titles(tanaka.get(URL, {"q": words})) == ["数学・中2標準"]


@pytest.mark.parametrize("words", ["英語", "鈴木", "数学 英語", "%", "'; --"])
def test_a_search_finds_nothing_that_is_not_there_or_not_ones_own(cast, tanaka, words):
    page = tanaka.get(URL, {"q": words})

    assert titles(page) == []
    assert "見つかりませんでした" in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"year": "x"}, {"year": "9" * 40}, {"page": "x"}, {"page": "99"}]
)
def test_odd_addresses_show_the_list(tanaka, asked):
    assert tanaka.get(URL, asked).status_code == 200


def test_deleted_courses_can_be_restored_for_thirty_days(cast, tanaka):
    now = timezone.now()
    lately = course("先週", Subject.MATHS, cast.tanaka, deleted_at=now - datetime.timedelta(days=7))
    course("先々月", Subject.MATHS, cast.tanaka, deleted_at=now - datetime.timedelta(days=31))
    course("他人", Subject.MATHS, cast.suzuki, deleted_at=now)

    page = tanaka.get(URL)

    assert page.context["trash"] == [lately]
    assert reverse("catalog:course_restore", args=[lately.pk]) in page.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_courses(
    cast, tanaka, year, rows, django_assert_num_queries
):
    Course.objects.all().delete()
    for n in range(rows):
        made = course(f"講座{n}", Subject.MATHS, cast.tanaka, school_year=year)
        lesson(made, "第一")

    with django_assert_num_queries(7):
        assert len(titles(tanaka.get(URL))) == rows


def test_a_page_holds_fifty_courses(cast, tanaka, year):
    for n in range(52):
        course(f"講座{n:02}", Subject.MATHS, cast.tanaka, school_year=year - 1)

    assert len(titles(tanaka.get(URL, {"year": year - 1}))) == 50
    assert len(titles(tanaka.get(URL, {"year": year - 1, "page": 2}))) == 2


@pytest.mark.parametrize(("name", "field"), [("courses", "q"), ("teacher_search", "teacher")])
def test_a_character_that_no_one_can_type_is_not_searched_for(cast, sign_in, name, field):
    with CaptureQueriesContext(connection) as captured:
        answer = sign_in(cast.tanaka).get(reverse(f"catalog:{name}"), {field: "数\0学"})
    assert answer.status_code == 200
    assert not [query for query in captured if "\0" in query["sql"]]
