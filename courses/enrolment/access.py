"""Who may open what: students what they are enrolled on, teachers what they build (a preview)."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Role, User
from courses.catalog.access import courses_authored_by
from courses.catalog.models import Activity, Course


def courses_open_to(user: User) -> QuerySet[Course]:
    """The published courses that a student is enrolled on; a teacher's own, drafts included."""
    if user.role == Role.STUDENT:
        return Course.objects.published().filter(
            enrolments__student=user, enrolments__ended_at=None
        )
    return courses_authored_by(user)


def course_to_open(user: User, course_id: int) -> Course:
    """The course, or 404 for whoever has no business with it."""
    return get_object_or_404(courses_open_to(user), pk=course_id)


def activities_open_to(user: User) -> QuerySet[Activity]:
    """What this student may open now; for teachers and the office, all that they build."""
    activities = Activity.objects.present()
    if user.role == Role.STUDENT:
        return activities.open().filter(
            lesson__course__enrolments__student=user,
            lesson__course__enrolments__ended_at=None,
        )
    return activities.filter(lesson__course__in=courses_authored_by(user))


def activity_to_open(user: User, activity_id: int) -> Activity:
    """The activity with its lesson and course, or 404; a preview for anyone but students."""
    activities = activities_open_to(user).select_related("lesson__course")
    return get_object_or_404(activities, pk=activity_id)


def is_preview(user: User) -> bool:
    """Whether this person sees the learning pages as a preview: nothing is recorded."""
    return user.role != Role.STUDENT
