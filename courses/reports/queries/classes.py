"""Lists of classes: how many students, when they meet next, how many are behind."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import ClassGroup, User
from accounts.queries import classes_taught_by
from accounts.timetable import meeting_hours
from courses.enrolment.models import ClassCourse
from courses.reports.queries.behind import behind_counts
from courses.reports.queries.times import next_meeting, when_next

IN_CLASS = Q(memberships__left_on=None, memberships__student__is_active=True)


@dataclass(frozen=True, slots=True)
class ClassRow:
    class_group: ClassGroup
    hours: str
    next_at: datetime.datetime | None
    students: int
    behind: int
    courses: list[str]

    @property
    def next_text(self) -> str:
        return when_next(self.next_at)

    @property
    def meets_today(self) -> bool:
        return (
            self.next_at is not None
            and timezone.localtime(self.next_at).date() == timezone.localdate()
        )


def found_classes(
    user: User, *, year: int, text: str = "", campus_id: int | None = None
) -> QuerySet[ClassGroup]:
    """This person's classes of one school year, narrowed; every word of `text` must be
    found in the class's or a teacher's name."""
    found = classes_taught_by(user).filter(school_year=year)
    if campus_id is not None:
        found = found.filter(campus=campus_id)
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(teachers__family_name__icontains=word)
            | Q(teachers__given_name__icontains=word)
            | Q(teachers__family_kana__icontains=word)
            | Q(teachers__given_kana__icontains=word)
        )
    return found.select_related("campus").distinct().order_by("campus__name", "name", "pk")


def years_of(user: User, this_year: int) -> list[int]:
    """The school years in which this person has classes, and this one; the newest first."""
    years = classes_taught_by(user).order_by().values_list("school_year", flat=True).distinct()
    return sorted({this_year, *years}, reverse=True)


def older_classes(user: User, *, year: int) -> list[ClassGroup]:
    """This person's classes of all other school years, the newest first; one query."""
    others = classes_taught_by(user).exclude(school_year=year).select_related("campus")
    return list(others.order_by("-school_year", "campus__name", "name"))


def class_rows(classes: Iterable[ClassGroup]) -> list[ClassRow]:
    """What a list says of each class, in the order given; five queries."""
    ids = [class_group.pk for class_group in classes]
    if not ids:
        return []
    now = timezone.now()
    found = {
        c.pk: c
        for c in ClassGroup.objects.filter(pk__in=ids)
        .select_related("campus")
        .prefetch_related("meetings")
        .annotate(size=Count("memberships", filter=IN_CLASS))
    }
    titles: dict[int, list[str]] = {}
    for class_id, title in (
        ClassCourse.objects.filter(class_group__in=ids, course__deleted_at=None)
        .order_by("course__grade", "course__subject", "course__title")
        .values_list("class_group_id", "course__title")
    ):
        titles.setdefault(class_id, []).append(title)
    behind = behind_counts(found.values())
    return [
        ClassRow(
            class_group=found[pk],
            hours=meeting_hours(found[pk].meetings.all()),
            next_at=next_meeting(found[pk].meetings.all(), now),
            students=found[pk].size,
            behind=behind.get(pk, 0),
            courses=titles.get(pk, []),
        )
        for pk in ids
    ]
