"""Whose progress a teacher or operator may look into."""

from django.shortcuts import get_object_or_404

from accounts.models import ClassGroup, User
from accounts.queries import active_students, classes_taught_by


def class_to_see(user: User, class_id: int) -> ClassGroup:
    """The class with its campus, or 404 for whoever does not teach it."""
    return get_object_or_404(classes_taught_by(user).select_related("campus"), pk=class_id)


def student_to_see(class_group: ClassGroup, student_id: int) -> User:
    """A student who is in the class now, with his campus, or 404."""
    return get_object_or_404(active_students(class_group).select_related("campus"), pk=student_id)
