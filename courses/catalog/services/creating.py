"""New courses, lessons and activities, at the end of what they belong to."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from courses.catalog.models import Activity, Course, Lesson
from courses.catalog.registry import ActivityKind


@transaction.atomic
def create_course(*, course: Course, teachers: Iterable[User]) -> Course:
    """Store a new course together with who teaches it."""
    course.save(force_insert=True)
    course.teachers.set(teachers)
    return course


@transaction.atomic
def add_lesson(*, course: Course, title: str) -> Lesson:
    """A draft lesson, the course's last."""
    # The lock keeps two teachers' additions from getting the same place.
    Course.objects.select_for_update().get(pk=course.pk)
    last = Lesson.objects.filter(course=course).aggregate(last=Max("order"))["last"] or 0
    return Lesson.objects.create(course=course, title=title, order=last + 1)


@transaction.atomic
def add_activity(*, lesson: Lesson, kind: ActivityKind, title: str) -> Activity:
    """A draft activity with its kind's own row, the lesson's last."""
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    last = Activity.objects.filter(lesson=lesson).aggregate(last=Max("order"))["last"] or 0
    activity = Activity.objects.create(lesson=lesson, kind=kind.name, title=title, order=last + 1)
    kind.create(activity)
    return activity
