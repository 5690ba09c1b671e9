"""What happens at the same moment, with real threads on a real file."""

import threading

import pytest
from django.db import connection

from accounts.models import ClassMembership
from courses.catalog.models import Activity, State
from courses.enrolment.models import ClassCourse, Enrolment, Progress, StudyDay
from courses.enrolment.services import (
    complete,
    end_class_course,
    enrol_class,
    open_activity,
    record_beat,
)
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def juku(transactional_db):
    return assemble()


@pytest.fixture
def heard(juku, kinds):
    return Activity.objects.create(
        lesson=juku.lesson, kind="talk", title="解説をきく", order=8, state=State.PUBLISHED
    )


def at_once(*works):
    """Runs all works at the same moment; what they returned, or the error that one raised."""
    start = threading.Barrier(len(works))
    results: list = [None] * len(works)

    def run(place, work):
        try:
            start.wait(timeout=10)
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def test_opened_in_several_tabs_at_once_is_one_progress(juku, heard):
    def work():
        return open_activity(student=juku.haruna, activity=heard).pk

    assert len(set(at_once(*[work] * 6))) == 1
    assert Progress.objects.count() == 1


def test_one_heartbeat_arriving_several_times_at_once_is_credited_once(juku, heard):
    def work():
        return record_beat(
            student=juku.haruna, activity=heard, seconds=20, position=None, payload={}
        )

    at_once(*[work] * 6)

    # 25 s at most for a student's first beat, and the wall time that the test itself took.
    seconds = Progress.objects.get().seconds
    assert 20 <= seconds <= 30
    assert StudyDay.objects.get().seconds == seconds


def test_two_activities_studied_at_once_live_one_life(juku, heard, kinds):
    other = Activity.objects.create(
        lesson=juku.lesson, kind="talk", title="もう一つ", order=9, state=State.PUBLISHED
    )

    def work(activity):
        return lambda: record_beat(
            student=juku.haruna, activity=activity, seconds=25, position=None, payload={}
        )

    at_once(*[work(heard), work(other)] * 3)

    total = sum(Progress.objects.values_list("seconds", flat=True))
    assert 25 <= total <= 35
    assert sum(StudyDay.objects.values_list("seconds", flat=True)) == total


def test_completed_by_several_at_once_is_completed_once(juku, kinds):
    reading = Activity.objects.create(
        lesson=juku.lesson, kind="reading", title="読みもの", order=9, state=State.PUBLISHED
    )

    def work():
        return complete(student=juku.haruna, activity=reading)

    assert sorted(at_once(*[work] * 6)) == [False] * 5 + [True]


def test_a_class_enrolled_twice_at_once_takes_the_course_once(juku):
    def work():
        enrol_class(class_group=juku.class_a, course=juku.english)

    at_once(*[work] * 4)

    assert ClassCourse.objects.filter(course=juku.english, class_group=juku.class_a).count() == 1
    assert Enrolment.objects.filter(course=juku.english, student=juku.haruna).count() == 1


def test_someone_joining_while_the_class_is_enrolled_takes_the_course(juku):
    def join():
        ClassMembership.objects.create(class_group=juku.class_a, student=juku.sota)

    def enrol():
        enrol_class(class_group=juku.class_a, course=juku.english)

    Enrolment.objects.filter(student=juku.sota).delete()
    ClassMembership.objects.filter(student=juku.sota).delete()
    at_once(join, enrol)

    assert Enrolment.objects.filter(student=juku.sota, ended_at=None).count() == 2


def test_two_classes_ending_at_once_end_the_student_of_both(juku):
    ClassMembership.objects.create(class_group=juku.class_b, student=juku.haruna)
    enrol_class(class_group=juku.class_b, course=juku.maths)

    at_once(
        lambda: end_class_course(class_group=juku.class_a, course=juku.maths),
        lambda: end_class_course(class_group=juku.class_b, course=juku.maths),
    )

    enrolment = Enrolment.objects.get(student=juku.haruna, course=juku.maths)
    assert enrolment.ended_at is not None
