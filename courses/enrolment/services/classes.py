"""Enrolments follow: a student takes what his classes take.

Whoever changes `ClassMembership` or `ClassCourse` by saving or deleting rows need not call
anything here: the receivers do. After `bulk_create()` or `QuerySet.update()`, which send
no signals, call `sync_class()`.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import ClassGroup, ClassMembership, User
from courses.catalog.models import Course
from courses.enrolment.models import ClassCourse, Enrolment


@transaction.atomic
def enrol_class(*, class_group: ClassGroup, course: Course) -> ClassCourse:
    """Let the class, and so every student in it, take the course; taken already is fine."""
    _lock(ClassGroup, [class_group.pk])
    return ClassCourse.objects.get_or_create(class_group=class_group, course=course)[0]


@transaction.atomic
def end_class_course(*, class_group: ClassGroup, course: Course) -> bool:
    """End the course for this class; False if the class did not take it.

    Whoever takes the course individually or through another class goes on. What was
    learnt is kept, and is there again if the class takes the course once more.
    """
    _lock(ClassGroup, [class_group.pk])
    rows, _ = ClassCourse.objects.filter(class_group=class_group, course=course).delete()
    return rows > 0


def sync_class(class_group: ClassGroup) -> None:
    """Make the enrolments of everyone who is or was in the class what they should be.

    The number of queries does not depend on the number of students.
    """
    sync([class_group.pk])


def sync_student(student: User) -> None:
    """Make this student's enrolments what his classes make them."""
    classes = ClassMembership.objects.filter(student=student)
    sync(list(classes.values_list("class_group_id", flat=True)), student_ids=[student.pk])


@transaction.atomic
def sync(class_ids: Collection[int], *, student_ids: Collection[int] | None = None) -> None:
    """Bring enrolments into line for students (everyone of these classes if not given).

    Classes first, then students are locked, both in order of their ids: whoever changed a
    class or a membership before us has committed when we read, so that of two changes at
    once the later one sees both.
    """
    _lock(ClassGroup, class_ids)
    if student_ids is None:
        members = ClassMembership.objects.filter(class_group__in=class_ids)
        student_ids = set(members.values_list("student_id", flat=True))
    student_ids = _lock(User, student_ids)
    if not student_ids:
        return
    wanted = set(
        ClassMembership.objects.filter(
            student__in=student_ids, left_on=None, class_group__class_courses__isnull=False
        ).values_list("student_id", "class_group__class_courses__course_id")
    )
    resumed: list[int] = []
    ended: list[int] = []
    known: set[tuple[int, int]] = set()
    for enrolment in Enrolment.objects.filter(student__in=student_ids):
        pair = (enrolment.student_id, enrolment.course_id)
        known.add(pair)
        if pair in wanted:
            if enrolment.ended_at is not None:
                resumed.append(enrolment.pk)
        elif enrolment.ended_at is None and not enrolment.individual:
            ended.append(enrolment.pk)
    missing = [
        Enrolment(student_id=student, course_id=course) for student, course in wanted - known
    ]
    if missing:
        Enrolment.objects.bulk_create(missing, ignore_conflicts=True)
    if resumed:
        Enrolment.objects.filter(pk__in=resumed).update(ended_at=None)
    if ended:
        Enrolment.objects.filter(pk__in=ended, individual=False).update(ended_at=timezone.now())


def _lock(model: type[ClassGroup] | type[User], ids: Collection[int]) -> list[int]:
    rows = model.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return list(rows.values_list("pk", flat=True))
