"""Progress and study time as the pages read them."""

import datetime

import pytest
from django.test import TestCase
from django.utils import timezone

from accounts.models import ClassMembership
from courses.catalog.models import Activity, Course, Lesson, State
from courses.enrolment import queries
from courses.enrolment.models import ClassCourse, Progress, ProgressState, StudyDay
from tests.cast import activity, lesson

MONDAY = datetime.date(2026, 11, 16)


def once():
    return TestCase().assertNumQueries(1)


def done(student, of, **fields) -> Progress:
    return Progress.objects.create(
        student=student,
        activity=of,
        state=ProgressState.COMPLETED,
        completed_at=timezone.now(),
        **fields,
    )


def test_open_activities_come_in_the_order_of_the_course(cast):
    second = lesson(cast.maths, "一次関数")
    late = activity(second, "note", "二回目")
    Activity.objects.filter(pk=cast.note.pk).update(order=9)
    activity(second, "note", "下書き", state=State.DRAFT)

    with once():
        found = queries.open_activities([cast.maths])
        courses = {a.lesson.course.title for a in found}

    assert found == [cast.video, cast.document, cast.note, late]
    assert courses == {"数学・中2標準"}
    assert queries.open_activities([cast.maths.pk]) == found


def test_activities_of_a_closed_lesson_are_not_open(cast):
    Lesson.objects.filter(pk=cast.lesson.pk).update(
        published_from=timezone.now() + datetime.timedelta(hours=1)
    )

    assert queries.open_activities([cast.maths]) == []


def test_progress_is_found_by_activity(cast):
    mine = Progress.objects.create(student=cast.haruna, activity=cast.note)
    Progress.objects.create(student=cast.ren, activity=cast.note)
    Progress.objects.create(student=cast.haruna, activity=cast.video)

    with once():
        found = queries.progress_of(cast.haruna, [cast.note, cast.document])

    assert found == {cast.note.pk: mine}


def test_the_progress_of_a_class_is_found_by_student_and_activity(cast):
    hers = Progress.objects.create(student=cast.haruna, activity=cast.note)
    his = Progress.objects.create(student=cast.ren, activity=cast.video)
    Progress.objects.create(student=cast.sota, activity=cast.note)

    with once():
        found = queries.class_progress([cast.haruna, cast.ren], [cast.note, cast.video])

    assert found == {cast.haruna.pk: {cast.note.pk: hers}, cast.ren.pk: {cast.video.pk: his}}


def test_a_tally_counts_what_is_required(cast):
    past = timezone.now() - datetime.timedelta(minutes=1)
    cast.note.required = False
    cast.video.due_at = past
    cast.document.due_at = past
    done(cast.haruna, cast.document)
    done(cast.haruna, cast.note)
    Progress.objects.create(student=cast.haruna, activity=cast.video)
    activities = [cast.note, cast.video, cast.document]

    tally = queries.tally(activities, queries.progress_of(cast.haruna, activities))

    assert (tally.done, tally.total, tally.overdue, tally.percent) == (1, 2, 1, 50)


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (2, 3, 66), (199, 200, 99)])
def test_a_hundred_percent_means_all(done, total, percent):
    assert queries.Tally(done, total, 0).percent == percent


@pytest.mark.parametrize("days", range(7))
def test_a_week_begins_on_monday(days):
    assert queries.monday_of(MONDAY + datetime.timedelta(days=days)) == MONDAY


def test_study_time_by_day_has_a_place_for_every_day(cast):
    for days, seconds in ((-1, 5), (0, 10), (2, 30), (6, 70), (7, 80)):
        day = MONDAY + datetime.timedelta(days=days)
        StudyDay.objects.create(student=cast.haruna, day=day, seconds=seconds)
    StudyDay.objects.create(student=cast.ren, day=MONDAY, seconds=99)

    with once():
        found = queries.study_seconds(cast.haruna, MONDAY, 7)

    assert found == [10, 0, 30, 0, 0, 0, 70]


def test_study_time_since_a_day_by_student(cast):
    StudyDay.objects.create(student=cast.haruna, day=MONDAY - datetime.timedelta(days=1), seconds=5)
    StudyDay.objects.create(student=cast.haruna, day=MONDAY, seconds=10)
    StudyDay.objects.create(
        student=cast.haruna, day=MONDAY + datetime.timedelta(days=1), seconds=20
    )

    with once():
        found = queries.seconds_since([cast.haruna, cast.ren], MONDAY)

    assert found == {cast.haruna.pk: 30}


def test_when_each_was_last_seen(cast):
    earlier = timezone.now() - datetime.timedelta(days=3)
    Progress.objects.create(student=cast.haruna, activity=cast.note, last_at=earlier)
    latest = Progress.objects.create(student=cast.haruna, activity=cast.video)
    Progress.objects.create(student=cast.sota, activity=cast.note)

    with once():
        found = queries.last_seen([cast.haruna, cast.ren])

    assert found == {cast.haruna.pk: latest.last_at}


def test_courses_of_a_class_leave_out_what_was_deleted(cast):
    ClassCourse.objects.create(class_group=cast.class_a, course=cast.english)
    assert set(queries.courses_of_class(cast.class_a)) == {cast.maths, cast.english}

    Course.objects.filter(pk=cast.english.pk).update(deleted_at=timezone.now())
    assert set(queries.courses_of_class(cast.class_a)) == {cast.maths}


def test_classes_of_a_course_say_since_when(cast):
    ClassCourse.objects.create(class_group=cast.class_a, course=cast.english)
    taken = ClassCourse.objects.get(class_group=cast.class_a, course=cast.maths)

    (found,) = queries.classes_of_course(cast.maths)

    assert (found, found.enrolled_at) == (cast.class_a, taken.created_at)


def test_students_are_counted_by_class(cast):
    ClassMembership.objects.create(class_group=cast.class_a, student=cast.sota)
    ClassMembership.objects.filter(student=cast.ren).update(left_on=MONDAY)

    with once():
        found = queries.student_counts([cast.class_a])

    assert found == {cast.class_a.pk: 2}
