"""The order of lessons and activities; a stale list of ids changes nothing."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from courses.catalog.models import Activity, Course, Lesson


class StaleOrderError(Exception):
    """The course has changed since the person's page was made."""


@transaction.atomic
def order_lessons(*, course: Course, version: int, ids: Sequence[int]) -> int:
    """Put the course's lessons into this order; all of them must be named, once.

    `version` is the course's as the person saw it. Returns the new one; raises StaleOrderError.
    """
    _claim(course.pk, version)
    lessons = {lesson.pk: lesson for lesson in Lesson.objects.present().filter(course=course)}
    if len(ids) != len(lessons) or set(ids) != set(lessons):
        raise StaleOrderError
    for order, lesson_id in enumerate(ids, start=1):
        lessons[lesson_id].order = order
    Lesson.objects.bulk_update(lessons.values(), ["order"])
    return version + 1


@transaction.atomic
def order_activities(*, lesson: Lesson, version: int, ids: Sequence[int]) -> int:
    """Put these activities into the lesson in this order.

    All that the lesson has must be among them; others of the same course are moved here.
    `version` is the course's. Returns the new one; raises StaleOrderError.
    """
    _claim(lesson.course_id, version)
    activities = {
        activity.pk: activity
        for activity in Activity.objects.present().filter(lesson__course=lesson.course_id)
    }
    own = {pk for pk, activity in activities.items() if activity.lesson_id == lesson.pk}
    named = set(ids)
    if len(ids) != len(named) or not own <= named <= set(activities):
        raise StaleOrderError
    for order, activity_id in enumerate(ids, start=1):
        activities[activity_id].order = order
        activities[activity_id].lesson_id = lesson.pk
    Activity.objects.bulk_update([activities[pk] for pk in ids], ["order", "lesson"])
    return version + 1


def _claim(course_id: int, version: int) -> None:
    # The update takes the course's row lock, so two reorderings follow one another, and
    # the second one no longer finds its version.
    claimed = Course.objects.filter(pk=course_id, version=version, deleted_at=None)
    if not claimed.update(version=F("version") + 1):
        raise StaleOrderError
