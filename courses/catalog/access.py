"""Who may build and change a course: its teachers, and the office."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Role, User
from courses.catalog.models import Activity, Course, Lesson


def courses_in_reach(user: User) -> QuerySet[Course]:
    """What this person may change or take out of the bin; nothing for students and guardians."""
    if user.role == Role.OPERATOR:
        return Course.objects.all()
    if user.role == Role.TEACHER:
        return Course.objects.filter(teachers=user)
    return Course.objects.none()


def courses_authored_by(user: User) -> QuerySet[Course]:
    """Everything not deleted that this person may change."""
    return courses_in_reach(user).filter(deleted_at=None)


def may_author(user: User, course: Course) -> bool:
    return courses_authored_by(user).filter(pk=course.pk).exists()


def course_to_author(user: User, course_id: int) -> Course:
    """The course, or 404 for whoever may not change it."""
    return get_object_or_404(courses_authored_by(user), pk=course_id)


def lesson_to_author(user: User, lesson_id: int) -> Lesson:
    return get_object_or_404(_lessons(user).filter(deleted_at=None), pk=lesson_id)


def activity_to_author(user: User, activity_id: int) -> Activity:
    return get_object_or_404(
        _activities(user).filter(deleted_at=None, lesson__deleted_at=None), pk=activity_id
    )


# A form may come back, or an undo be asked for, after a colleague has put the thing in the
# bin: then it must still be found, or what was typed would be lost in a 404.


def course_kept(user: User, course_id: int) -> Course:
    """As `course_to_author`, in the bin or not."""
    return get_object_or_404(courses_in_reach(user), pk=course_id)


def lesson_kept(user: User, lesson_id: int) -> Lesson:
    """As `lesson_to_author`, in the bin or not."""
    return get_object_or_404(_lessons(user), pk=lesson_id)


def activity_kept(user: User, activity_id: int) -> Activity:
    """As `activity_to_author`, in the bin or not."""
    return get_object_or_404(_activities(user), pk=activity_id)


def _lessons(user: User) -> QuerySet[Lesson]:
    return Lesson.objects.filter(course__in=courses_authored_by(user)).select_related("course")


def _activities(user: User) -> QuerySet[Activity]:
    return Activity.objects.filter(lesson__course__in=courses_authored_by(user)).select_related(
        "lesson__course"
    )
