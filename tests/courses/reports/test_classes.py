import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Campus, ClassGroup, ClassMeeting, ClassMembership
from courses.catalog.years import current_school_year

URL = "/teach/classes/"


@pytest.fixture(autouse=True)
def _now_is_the_classes_year(cast):
    ClassGroup.objects.update(school_year=current_school_year())


def row_of(response, class_group):
    return next(row for row in response.context["rows"] if row.class_group == class_group)


def test_a_teacher_sees_the_classes_she_teaches(cast, sign_in, overdue, finish):
    finish(cast.ren, overdue(cast.lesson))
    page = sign_in(cast.tanaka).get(URL)
    assert [row.class_group for row in page.context["rows"]] == [cast.class_a]
    row = row_of(page, cast.class_a)
    assert (row.students, row.behind, row.hours) == (2, 1, "火・金 19:00–20:30")
    assert row.courses == ["数学・中2標準"]
    assert reverse("reports:class", args=[cast.class_a.pk]) in page.text


def test_who_left_is_not_counted(cast, sign_in):
    ClassMembership.objects.filter(student=cast.ren).update(left_on=timezone.localdate())
    assert row_of(sign_in(cast.tanaka).get(URL), cast.class_a).students == 1


def test_a_class_that_meets_today_stands_out(cast, sign_in):
    ClassMeeting.objects.all().delete()
    ClassMeeting.objects.create(
        class_group=cast.class_a,
        weekday=timezone.localdate().weekday(),
        starts_at=datetime.time(23, 58),
        ends_at=datetime.time(23, 59, 59),
    )
    assert "今日 23:58" in sign_in(cast.tanaka).get(URL).text


def test_older_classes_are_folded_away(cast, sign_in):
    old = ClassGroup.objects.create(
        name="昔のクラス", campus=cast.campus, school_year=current_school_year() - 1
    )
    old.teachers.add(cast.tanaka)
    page = sign_in(cast.tanaka).get(URL)
    assert old not in [row.class_group for row in page.context["rows"]]
    assert page.context["older"] == [old]
    assert "ほかの年度のクラス（1）" in page.text


def test_a_teacher_without_a_class_is_told_what_will_come(cast, sign_in):
    cast.class_a.teachers.clear()
    assert "担当が決まると" in sign_in(cast.tanaka).get(URL).text


def test_the_office_sees_all_and_searches(cast, sign_in):
    client = sign_in(cast.midori)
    assert len(client.get(URL).context["rows"]) == 2
    by_name = client.get(URL, {"q": "数学 A"}).context["rows"]
    assert [row.class_group for row in by_name] == [cast.class_a]
    by_teacher = client.get(URL, {"q": "鈴木"}).context["rows"]
    assert [row.class_group for row in by_teacher] == [cast.class_b]
    nothing = client.get(URL, {"q": "そんなクラスはない"})
    assert "見つかりませんでした" in nothing.text


def test_the_office_narrows_by_campus_and_year(cast, sign_in):
    yokohama = Campus.objects.create(name="横浜校")
    ours = ClassGroup.objects.create(
        name="横浜A", campus=yokohama, school_year=current_school_year()
    )
    old = ClassGroup.objects.create(
        name="横浜昔", campus=yokohama, school_year=current_school_year() - 1
    )
    client = sign_in(cast.midori)
    here = client.get(URL, {"campus": yokohama.pk}).context["rows"]
    assert [row.class_group for row in here] == [ours]
    then = client.get(URL, {"campus": yokohama.pk, "year": current_school_year() - 1})
    assert [row.class_group for row in then.context["rows"]] == [old]


@pytest.mark.parametrize(
    "query", [{"campus": "x"}, {"year": "x"}, {"campus": "9999"}, {"page": "x"}, {"page": "99"}]
)
def test_what_cannot_be_read_narrows_nothing(cast, sign_in, query):
    page = sign_in(cast.midori).get(URL, query)
    assert page.status_code == 200
    assert len(page.context["rows"]) == 2


def test_a_class_of_two_teachers_is_found_once(cast, sign_in):
    cast.class_a.teachers.add(cast.suzuki)
    rows = sign_in(cast.midori).get(URL, {"q": "クラス"}).context["rows"]
    assert len(rows) == 2


def test_many_classes_come_in_pages_that_keep_the_search(cast, sign_in):
    for n in range(35):
        ClassGroup.objects.create(
            name=f"大きな学校 {n:02}", campus=cast.campus, school_year=current_school_year()
        )
    client = sign_in(cast.midori)
    first = client.get(URL, {"q": "大きな"})
    assert len(first.context["rows"]) == 30
    assert "page=2" in first.text
    second = client.get(URL, {"q": "大きな", "page": 2})
    assert len(second.context["rows"]) == 5
    assert "q=%E5%A4%A7%E3%81%8D%E3%81%AA&amp;page=1" in second.text
