"""Who may open which course and activity."""

import datetime

import pytest
from django.http import Http404
from django.test import TestCase
from django.utils import timezone

from courses.catalog.models import Activity, Course, Lesson, State
from courses.enrolment.access import (
    activities_open_to,
    activity_to_open,
    course_to_open,
    courses_open_to,
    is_preview,
)
from courses.enrolment.models import Enrolment
from courses.enrolment.services import enrol_class
from tests.cast import join

HOUR = datetime.timedelta(hours=1)


def opens(person, activity) -> bool:
    try:
        found = activity_to_open(person, activity.pk)
    except Http404:
        return False
    assert found == activity
    return True


def sees(person, course) -> bool:
    try:
        return course_to_open(person, course.pk) == course
    except Http404:
        return False


@pytest.mark.parametrize(
    ("who", "maths", "english"),
    [
        ("haruna", True, False),
        ("sota", False, True),
        ("tanaka", True, False),
        ("suzuki", False, True),
        ("midori", True, True),
        ("yoko", False, False),
        ("kenji", False, False),
    ],
)
def test_everyone_sees_his_own_courses(cast, who, maths, english):
    person = getattr(cast, who)

    assert (sees(person, cast.maths), sees(person, cast.english)) == (maths, english)
    assert opens(person, cast.note) is maths
    assert set(courses_open_to(person)) == {
        course for course, seen in ((cast.maths, maths), (cast.english, english)) if seen
    }


def test_activity_lesson_and_course_come_in_one_query(cast):
    with TestCase().assertNumQueries(1):
        assert activity_to_open(cast.haruna, cast.note.pk).lesson.course.title == "数学・中2標準"


@pytest.mark.parametrize("model", [Activity, Lesson])
@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"state": State.DRAFT}, False),
        ({"published_from": HOUR}, False),
        ({"published_from": -HOUR}, True),
        ({"published_until": -HOUR}, False),
        ({"published_until": HOUR}, True),
        ({"deleted_at": -HOUR}, False),
    ],
)
def test_students_open_what_is_published_and_in_its_window(cast, model, fields, seen):
    now = timezone.now()
    changes = {
        name: now + value if isinstance(value, datetime.timedelta) else value
        for name, value in fields.items()
    }
    pk = cast.note.pk if model is Activity else cast.lesson.pk
    model.objects.filter(pk=pk).update(**changes)

    assert opens(cast.haruna, cast.note) is seen
    # Whoever builds it sees it in the making, but not what is deleted.
    assert opens(cast.tanaka, cast.note) is ("deleted_at" not in fields)


def test_a_draft_course_is_for_its_teachers_only(cast):
    Course.objects.filter(pk=cast.maths.pk).update(state=State.DRAFT)

    assert not sees(cast.haruna, cast.maths)
    assert not opens(cast.haruna, cast.note)
    assert sees(cast.tanaka, cast.maths)
    assert opens(cast.tanaka, cast.note)


def test_a_deleted_course_is_for_nobody(cast):
    Course.objects.filter(pk=cast.maths.pk).update(deleted_at=timezone.now())

    for person in (cast.haruna, cast.tanaka, cast.midori):
        assert not sees(person, cast.maths)
        assert not opens(person, cast.note)


def test_an_ended_enrolment_opens_nothing(cast):
    Enrolment.objects.filter(student=cast.haruna).update(ended_at=timezone.now())

    assert not sees(cast.haruna, cast.maths)
    assert not opens(cast.haruna, cast.note)
    assert opens(cast.ren, cast.note)


def test_an_ended_enrolment_of_someone_else_or_something_else_does_not_mix(cast):
    Enrolment.objects.filter(student=cast.ren).update(ended_at=timezone.now())
    Enrolment.objects.create(student=cast.haruna, course=cast.english, ended_at=timezone.now())

    assert sees(cast.haruna, cast.maths)
    assert not sees(cast.haruna, cast.english)
    assert not sees(cast.ren, cast.maths)


def test_an_individual_enrolment_opens_as_any_other(cast):
    Enrolment.objects.create(student=cast.sota, course=cast.maths, individual=True)

    assert opens(cast.sota, cast.note)


def test_in_two_classes_with_the_same_course_everything_is_there_once(cast):
    enrol_class(class_group=cast.class_b, course=cast.maths)
    join(cast.class_b, cast.haruna)

    assert list(courses_open_to(cast.haruna).filter(pk=cast.maths.pk)) == [cast.maths]
    assert activities_open_to(cast.haruna).filter(pk=cast.note.pk).count() == 1


def test_only_students_leave_traces(cast):
    people = (cast.haruna, cast.tanaka, cast.midori, cast.yoko)

    assert [is_preview(person) for person in people] == [False, True, True, True]
