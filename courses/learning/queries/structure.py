"""Lessons and their activities of many courses in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import FilteredRelation, Q

from courses.catalog.models import Activity, Course, Lesson, open_now

LESSON_FIELDS = [field.attname for field in Lesson._meta.concrete_fields]
ACTIVITY_FIELDS = [field.attname for field in Activity._meta.concrete_fields]


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson that is to be seen: 第N回 of how many, and what is to be seen in it."""

    lesson: Lesson
    number: int
    of: int
    activities: list[Activity] = field(default_factory=list)


def structures(courses: Iterable[Course], *, preview: bool) -> dict[int, list[Place]]:
    """What is to be seen of each course, by its id, in order; one query.

    Students see what is published and in its window, lessons without anything in them
    included; a preview shows all that is not deleted. A plain
    prefetch would take a second query, and these pages have none to give away.
    """
    by_id = {course.pk: course for course in courses}
    lessons = Lesson.objects.present() if preview else Lesson.objects.open()
    seen = Q(activities__deleted_at=None) if preview else open_now("activities__")
    rows = (
        lessons.filter(course__in=by_id)
        .numbered()
        .annotate(seen=FilteredRelation("activities", condition=seen))
        .order_by("course_id", "order", "pk", "seen__order", "seen__pk")
        .values_list(*LESSON_FIELDS, "number", "of", *(f"seen__{name}" for name in ACTIVITY_FIELDS))
    )
    found: dict[int, list[Place]] = {pk: [] for pk in by_id}
    width = len(LESSON_FIELDS) + 2
    for values, same_lesson in groupby(rows, key=lambda row: row[:width]):
        *fields, number, of = values
        lesson = Lesson.from_db(rows.db, LESSON_FIELDS, fields)
        lesson.course = by_id[lesson.course_id]
        place = Place(lesson, number, of)
        for row in same_lesson:
            activity = Activity.from_db(rows.db, ACTIVITY_FIELDS, row[width:])
            if activity.pk is not None:
                activity.lesson = lesson
                place.activities.append(activity)
        found[lesson.course_id].append(place)
    return found
