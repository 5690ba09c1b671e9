"""Who may build and change a course: its teachers, and the office."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Role, User
from courses.catalog.models import Activity, Course, Lesson


def courses_authored_by(user: User) -> QuerySet[Course]:
    """Everything not deleted that this person may change; nothing for students and guardians."""
    if user.role == Role.OPERATOR:
        return Course.objects.present()
    if user.role == Role.TEACHER:
        return Course.objects.present().filter(teachers=user)
    return Course.objects.none()


def may_author(user: User, course: Course) -> bool:
    return courses_authored_by(user).filter(pk=course.pk).exists()


def course_to_author(user: User, course_id: int) -> Course:
    """The course, or 404 for whoever may not change it."""
    return get_object_or_404(courses_authored_by(user), pk=course_id)


def lesson_to_author(user: User, lesson_id: int) -> Lesson:
    return get_object_or_404(
        Lesson.objects.present()
        .filter(course__in=courses_authored_by(user))
        .select_related("course"),
        pk=lesson_id,
    )


def activity_to_author(user: User, activity_id: int) -> Activity:
    return get_object_or_404(
        Activity.objects.present()
        .filter(lesson__course__in=courses_authored_by(user))
        .select_related("lesson__course"),
        pk=activity_id,
    )
