"""Lessons and their activities of many courses in one query."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import FilteredRelation, Q

from courses.catalog.models import Activity, Course, Lesson, open_now

LESSON_FIELDS = [field.attname for field in Lesson._meta.concrete_fields]
ACTIVITY_FIELDS = [field.attname for field in Activity._meta.concrete_fields]

Structure = list[tuple[Lesson, list[Activity]]]


def structures(courses: Iterable[Course], *, preview: bool) -> dict[int, Structure]:
    """What is to be seen of each course, by its id, in order; one query.

    Students see what is published and in its window, lessons without anything in them
    included (they count as 第N回); a preview shows all that is not deleted. A plain
    prefetch would take a second query, and these pages have none to give away.
    """
    by_id = {course.pk: course for course in courses}
    lessons = Lesson.objects.present() if preview else Lesson.objects.open()
    seen = Q(activities__deleted_at=None) if preview else open_now("activities__")
    rows = (
        lessons.filter(course__in=by_id)
        .annotate(seen=FilteredRelation("activities", condition=seen))
        .order_by("course_id", "order", "pk", "seen__order", "seen__pk")
        .values_list(*LESSON_FIELDS, *(f"seen__{name}" for name in ACTIVITY_FIELDS))
    )
    found: dict[int, Structure] = {pk: [] for pk in by_id}
    width = len(LESSON_FIELDS)
    for values, same_lesson in groupby(rows, key=lambda row: row[:width]):
        lesson = Lesson.from_db(rows.db, LESSON_FIELDS, values)
        lesson.course = by_id[lesson.course_id]
        activities = []
        for row in same_lesson:
            activity = Activity.from_db(rows.db, ACTIVITY_FIELDS, row[width:])
            if activity.pk is not None:
                activity.lesson = lesson
                activities.append(activity)
        found[lesson.course_id].append((lesson, activities))
    return found
