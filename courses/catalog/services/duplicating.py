"""A course again for another school year."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from courses.catalog.models import Activity, Course, Lesson, State
from courses.catalog.registry import kind_of


@transaction.atomic
def duplicate_course(*, source: Course, title: str, school_year: int, by: User) -> Course:
    """Copy lessons, activities and their contents, all as drafts; nobody is enrolled.

    Windows and due dates move by 52 weeks for each year, so that weekdays stay. The
    teachers stay; the one who copies is among them if none was left.
    """
    shift = datetime.timedelta(weeks=52 * (school_year - source.school_year))
    course = Course.objects.create(
        title=title,
        subject=source.subject,
        grade=source.grade,
        school_year=school_year,
        description=source.description,
    )
    course.teachers.set(list(source.teachers.all()) or [by])
    lessons = _copy_lessons(source, course, shift)
    _copy_activities(source, lessons, shift)
    return course


def _copy_lessons(source: Course, course: Course, shift: datetime.timedelta) -> dict[int, Lesson]:
    """The copies by the id of their original."""
    originals = list(Lesson.objects.present().filter(course=source))
    Lesson.objects.bulk_create(
        Lesson(
            course=course,
            title=original.title,
            order=order,
            state=State.DRAFT,
            published_from=_later(original.published_from, shift),
            published_until=_later(original.published_until, shift),
        )
        for order, original in enumerate(originals, start=1)
    )
    # Not every database tells the ids of rows created in bulk.
    copies = Lesson.objects.filter(course=course).order_by("order")
    return {original.pk: copy for original, copy in zip(originals, copies, strict=True)}


def _copy_activities(source: Course, lessons: dict[int, Lesson], shift: datetime.timedelta) -> None:
    originals = list(
        Activity.objects.present()
        # Not "of the course": a lesson may have come out of the bin since they were read.
        .filter(lesson__in=list(lessons))
        .order_by("lesson__order", "lesson_id", "order", "pk")
    )
    Activity.objects.bulk_create(
        Activity(
            lesson=lessons[original.lesson_id],
            kind=original.kind,
            title=original.title,
            order=order,
            required=original.required,
            state=State.DRAFT,
            due_at=_later(original.due_at, shift),
            published_from=_later(original.published_from, shift),
            published_until=_later(original.published_until, shift),
        )
        for order, original in enumerate(originals, start=1)
    )
    copies = Activity.objects.filter(lesson__in=_ids(lessons.values())).order_by("order")
    for original, copy in zip(originals, copies, strict=True):
        kind_of(original).copy(original, copy)


def _ids(lessons: Iterable[Lesson]) -> list[int]:
    return [lesson.pk for lesson in lessons]


def _later(moment: datetime.datetime | None, shift: datetime.timedelta) -> datetime.datetime | None:
    return moment + shift if moment else None
