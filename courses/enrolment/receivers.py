"""Enrolments follow every change of who is in a class and what the class takes."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from accounts.models import ClassGroup, ClassMembership
from courses.enrolment.models import ClassCourse
from courses.enrolment.services.classes import sync


@receiver([post_save, post_delete], sender=ClassMembership)
def membership_changed(instance: ClassMembership, *, raw: bool = False, **_: Any) -> None:
    # Fixtures are loaded in any order: what this row belongs to may not be there yet.
    if not raw:
        sync([instance.class_group_id], student_ids=[instance.student_id])


@receiver([post_save, post_delete], sender=ClassCourse)
def class_course_changed(instance: ClassCourse, *, raw: bool = False, **_: Any) -> None:
    if not raw:
        sync([instance.class_group_id])


@receiver(m2m_changed, sender=ClassGroup.students.through)
def students_added(
    instance: Any, *, action: str, reverse: bool, pk_set: set[int] | None, **_: Any
) -> None:
    """`class_group.students.add()` inserts in bulk, without a signal for each membership."""
    if action != "post_add" or not pk_set:
        return
    if reverse:
        sync(sorted(pk_set), student_ids=[instance.pk])
    else:
        sync([instance.pk], student_ids=sorted(pk_set))
