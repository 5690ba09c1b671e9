"""Pages cost the same for one student as for thirty."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting
from courses.catalog.models import Course
from courses.catalog.years import current_school_year
from courses.enrolment.models import ClassCourse, StudyDay
from elearning.uploads.models import UploadState
from tests.cast import activity, course, join, lesson

from .test_teacher_home import send


@pytest.fixture(autouse=True)
def _now_is_the_cast_s_year(cast):
    ClassGroup.objects.update(school_year=current_school_year())
    Course.objects.update(school_year=current_school_year())
    ClassMeeting.objects.update(weekday=timezone.localdate().weekday())


@pytest.fixture
def grow(cast, crowd, overdue, finish):
    """From a class of two to one of thirty-two, with twenty lessons and some history."""

    def more() -> None:
        people = crowd(30)
        for n in range(20):
            late = overdue(lesson(cast.maths, f"回 {n}"))
            finish(people[n], late)
        for student in people:
            StudyDay.objects.create(student=student, day=timezone.localdate(), seconds=60)
        for n in range(12):
            group = ClassGroup.objects.create(
                name=f"クラス {n:02}",
                campus=cast.campus,
                school_year=current_school_year() - n % 2,
            )
            group.teachers.add(cast.tanaka)
            ClassMeeting.objects.create(
                class_group=group,
                weekday=timezone.localdate().weekday(),
                starts_at=datetime.time(19),
                ends_at=datetime.time(20),
            )
            extra = course(f"講座 {n}", "maths", cast.tanaka, school_year=current_school_year())
            activity(lesson(extra, "第一"), "note", "ノート")
            ClassCourse.objects.create(class_group=group, course=extra)
            join(group, people[n])
        for n in range(5):
            send(cast.tanaka, cast.lesson, state=UploadState.REJECTED, title=f"壊れた {n}")

    return more


def same_at_any_size(client, url, count, grow, django_assert_num_queries) -> None:
    client.get(url)
    with django_assert_num_queries(count):
        client.get(url)
    grow()
    with django_assert_num_queries(count):
        assert client.get(url).status_code == 200


def test_the_matrix(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    url = f"/teach/classes/{cast.class_a.pk}/"
    same_at_any_size(sign_in(cast.tanaka), url, 9, grow, django_assert_num_queries)


def test_the_matrix_of_a_class_with_several_courses(
    cast, sign_in, overdue, grow, django_assert_num_queries
):
    for n in range(3):
        another = course(f"数学・特訓 {n}", "maths", cast.tanaka)
        overdue(lesson(another, "第一"))
        ClassCourse.objects.create(class_group=cast.class_a, course=another)
    url = f"/teach/classes/{cast.class_a.pk}/"
    same_at_any_size(sign_in(cast.tanaka), url, 9, grow, django_assert_num_queries)


def test_the_spreadsheet(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    url = f"/teach/classes/{cast.class_a.pk}/progress.csv"
    same_at_any_size(sign_in(cast.tanaka), url, 8, grow, django_assert_num_queries)


def test_a_students_page(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    url = f"/teach/classes/{cast.class_a.pk}/students/{cast.haruna.pk}/"
    same_at_any_size(sign_in(cast.tanaka), url, 11, grow, django_assert_num_queries)


def test_a_teachers_classes(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    same_at_any_size(sign_in(cast.tanaka), "/teach/classes/", 9, grow, django_assert_num_queries)


def test_all_classes(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    same_at_any_size(sign_in(cast.midori), "/teach/classes/", 10, grow, django_assert_num_queries)


def test_a_teachers_home(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    send(cast.tanaka, cast.lesson, state=UploadState.REJECTED, title="壊れた")
    same_at_any_size(sign_in(cast.tanaka), "/", 9, grow, django_assert_num_queries)


def test_the_offices_home(cast, sign_in, overdue, grow, django_assert_num_queries):
    overdue(cast.lesson)
    same_at_any_size(sign_in(cast.midori), "/", 10, grow, django_assert_num_queries)
