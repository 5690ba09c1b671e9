"""Enrolments follow classes, whoever changes the rows."""

import pytest
from django.test import TestCase

from accounts.models import ClassGroup, ClassMembership
from courses.enrolment.models import ClassCourse, Enrolment, Progress
from courses.enrolment.services import (
    end_class_course,
    enrol_class,
    sync_class,
    sync_student,
)
from tests.cast import join, person


def takes(student, course) -> bool:
    return Enrolment.objects.filter(student=student, course=course, ended_at=None).exists()


def test_a_class_that_takes_a_course_brings_its_students(cast):
    enrol_class(class_group=cast.class_a, course=cast.english)

    assert takes(cast.haruna, cast.english)
    assert takes(cast.ren, cast.english)


def test_taking_a_course_twice_is_taking_it_once(cast):
    first = enrol_class(class_group=cast.class_a, course=cast.maths)
    again = enrol_class(class_group=cast.class_a, course=cast.maths)

    assert first == again
    assert ClassCourse.objects.filter(class_group=cast.class_a, course=cast.maths).count() == 1
    assert Enrolment.objects.filter(course=cast.maths).count() == 2


def test_ending_keeps_rows_and_progress_and_coming_back_finds_them(cast):
    Progress.objects.create(student=cast.haruna, activity=cast.note, seconds=90)
    enrolment = Enrolment.objects.get(student=cast.haruna, course=cast.maths)

    assert end_class_course(class_group=cast.class_a, course=cast.maths) is True
    enrolment.refresh_from_db()
    assert enrolment.ended_at is not None

    enrol_class(class_group=cast.class_a, course=cast.maths)
    enrolment.refresh_from_db()
    assert enrolment.ended_at is None
    assert Progress.objects.get(student=cast.haruna, activity=cast.note).seconds == 90


def test_ending_what_was_not_taken_changes_nothing(cast):
    assert end_class_course(class_group=cast.class_a, course=cast.english) is False
    assert takes(cast.haruna, cast.maths)
    assert takes(cast.sota, cast.english)


def test_the_time_of_an_end_is_not_moved_by_later_changes(cast):
    end_class_course(class_group=cast.class_a, course=cast.maths)
    enrolment = Enrolment.objects.get(student=cast.haruna, course=cast.maths)

    sync_class(cast.class_a)

    assert Enrolment.objects.get(pk=enrolment.pk).ended_at == enrolment.ended_at


def test_an_individual_enrolment_does_not_end_with_the_class(cast):
    Enrolment.objects.filter(student=cast.haruna).update(individual=True)

    end_class_course(class_group=cast.class_a, course=cast.maths)

    assert takes(cast.haruna, cast.maths)
    assert not takes(cast.ren, cast.maths)


def test_whoever_takes_it_through_another_class_goes_on(cast):
    enrol_class(class_group=cast.class_b, course=cast.maths)
    join(cast.class_b, cast.ren)

    end_class_course(class_group=cast.class_a, course=cast.maths)

    assert takes(cast.ren, cast.maths)
    assert not takes(cast.haruna, cast.maths)


def test_a_new_student_takes_what_the_class_takes(cast):
    ClassMembership.objects.create(class_group=cast.class_a, student=cast.sota)

    assert takes(cast.sota, cast.maths)
    assert takes(cast.sota, cast.english)


def test_students_added_to_the_class_in_bulk_take_it_too(cast):
    cast.class_a.students.add(cast.sota)
    assert takes(cast.sota, cast.maths)

    cast.haruna.class_groups.add(cast.class_b)
    assert takes(cast.haruna, cast.english)


def test_students_removed_from_the_class_in_bulk_end(cast):
    cast.class_a.students.remove(cast.haruna)
    assert not takes(cast.haruna, cast.maths)

    cast.class_a.students.clear()
    assert not takes(cast.ren, cast.maths)


def test_leaving_ends_and_coming_back_resumes(cast, clock):
    membership = ClassMembership.objects.get(class_group=cast.class_a, student=cast.haruna)
    membership.left_on = clock.now.date()
    membership.save()
    assert not takes(cast.haruna, cast.maths)
    assert takes(cast.ren, cast.maths)

    membership.left_on = None
    membership.save()
    assert takes(cast.haruna, cast.maths)


def test_moving_to_another_class_moves_the_courses(cast):
    membership = ClassMembership.objects.get(class_group=cast.class_a, student=cast.haruna)
    membership.class_group = cast.class_b
    membership.save()

    assert takes(cast.haruna, cast.english)
    assert not takes(cast.haruna, cast.maths)


def test_deleting_a_membership_ends(cast):
    ClassMembership.objects.get(class_group=cast.class_a, student=cast.haruna).delete()

    assert not takes(cast.haruna, cast.maths)


def test_deleting_the_class_ends(cast):
    cast.class_a.delete()

    assert not takes(cast.haruna, cast.maths)
    assert Enrolment.objects.filter(student=cast.haruna, course=cast.maths).exists()


def test_deleting_a_student_or_a_course_goes_through(cast):
    cast.haruna.delete()
    cast.maths.delete()

    assert not Enrolment.objects.filter(course_id=cast.maths.pk).exists()
    assert takes(cast.sota, cast.english)


def test_another_course_for_the_class_row_moves_everyone(cast):
    taken = ClassCourse.objects.get(class_group=cast.class_a)
    taken.course = cast.english
    taken.save()

    assert takes(cast.haruna, cast.english)
    assert not takes(cast.haruna, cast.maths)


def test_someone_inactive_keeps_what_he_takes(cast):
    cast.haruna.is_active = False
    cast.haruna.save()
    sync_class(cast.class_a)

    assert takes(cast.haruna, cast.maths)


def test_a_student_is_brought_into_line_after_silent_changes(cast):
    ClassMembership.objects.bulk_create(
        [ClassMembership(class_group=cast.class_a, student=cast.sota)]
    )
    assert not takes(cast.sota, cast.maths)

    sync_student(cast.sota)

    assert takes(cast.sota, cast.maths)
    assert takes(cast.sota, cast.english)


def test_a_student_without_classes_keeps_only_what_is_his_own(cast):
    ClassMembership.objects.filter(student=cast.haruna)._raw_delete("default")

    sync_student(cast.haruna)

    assert not takes(cast.haruna, cast.maths)


@pytest.mark.parametrize("students", [1, 40])
def test_a_class_of_any_size_costs_the_same(cast, students):
    many = ClassGroup.objects.create(name="大きなクラス", campus=cast.campus, school_year=2026)
    people = [person(f"s{n}", "生徒", str(n), "せいと だれか", "student") for n in range(students)]
    ClassMembership.objects.bulk_create(
        [ClassMembership(class_group=many, student=one) for one in people]
    )
    enrol_class(class_group=many, course=cast.maths)
    assert Enrolment.objects.filter(course=cast.maths, student__in=people).count() == students
    ClassCourse.objects.filter(class_group=many)._raw_delete("default")
    ClassCourse.objects.bulk_create([ClassCourse(class_group=many, course=cast.english)])

    # The savepoint, classes, members, students, wanted, present, new, ended.
    with TestCase().assertNumQueries(9):
        sync_class(many)

    assert Enrolment.objects.filter(ended_at=None, student__in=people).count() == students
