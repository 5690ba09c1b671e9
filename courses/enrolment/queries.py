"""Progress and study time, read in few queries for pages of any size."""

import datetime
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.utils import timezone

from accounts.models import ClassGroup, ClassMembership, User
from courses.catalog.models import Activity, Course
from courses.enrolment.models import ClassCourse, Progress, ProgressState, StudyDay

MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """Required activities: how many are done, of how many, and how many are overdue."""

    done: int
    total: int
    overdue: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; 0 where nothing is required."""
        return self.done * 100 // self.total if self.total else 0


def open_activities(courses: Collection[Course] | Collection[int]) -> list[Activity]:
    """What students see now of these courses, with lesson and course, in order; one query."""
    return list(
        Activity.objects.open()
        .filter(lesson__course__in=courses)
        .select_related("lesson__course")
        .order_by("lesson__course_id", "lesson__order", "lesson_id", "order", "pk")
    )


def progress_of(student: User, activities: Iterable[Activity]) -> dict[int, Progress]:
    """The student's progress by activity id; one query."""
    ids = [activity.pk for activity in activities]
    return {p.activity_id: p for p in Progress.objects.filter(student=student, activity__in=ids)}


def class_progress(
    students: Iterable[User], activities: Iterable[Activity]
) -> dict[int, dict[int, Progress]]:
    """Progress by student id, then activity id; one query."""
    found: dict[int, dict[int, Progress]] = {}
    for p in Progress.objects.filter(
        student__in=[s.pk for s in students], activity__in=[a.pk for a in activities]
    ):
        found.setdefault(p.student_id, {})[p.activity_id] = p
    return found


def tally(activities: Iterable[Activity], progress: dict[int, Progress]) -> Tally:
    """Counts over required activities; `progress` by activity id, as `progress_of` gives it."""
    now = timezone.now()
    done = total = overdue = 0
    for activity in activities:
        if not activity.required:
            continue
        total += 1
        mine = progress.get(activity.pk)
        if mine is not None and mine.state == ProgressState.COMPLETED:
            done += 1
        elif activity.due_at is not None and activity.due_at < now:
            overdue += 1
    return Tally(done, total, overdue)


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def study_seconds(student: User, first: datetime.date, days: int) -> list[int]:
    """Seconds studied on each of `days` days from `first` on; one query."""
    last = first + datetime.timedelta(days=days - 1)
    found = dict(
        StudyDay.objects.filter(student=student, day__range=(first, last)).values_list(
            "day", "seconds"
        )
    )
    return [found.get(first + datetime.timedelta(days=n), 0) for n in range(days)]


def last_seen(students: Iterable[User]) -> dict[int, datetime.datetime]:
    """When each student last learnt anything, by student id; one query."""
    rows = (
        Progress.objects.filter(student__in=[s.pk for s in students])
        .values("student_id")
        .annotate(at=Max("last_at"))
    )
    return {row["student_id"]: row["at"] for row in rows}


def seconds_since(students: Iterable[User], first: datetime.date) -> dict[int, int]:
    """Seconds studied since `first`, by student id; one query."""
    rows = (
        StudyDay.objects.filter(student__in=[s.pk for s in students], day__gte=first)
        .values("student_id")
        .annotate(total=Sum("seconds"))
    )
    return {row["student_id"]: row["total"] for row in rows}


def courses_of_class(class_group: ClassGroup) -> QuerySet[Course]:
    return Course.objects.present().filter(class_courses__class_group=class_group)


def classes_of_course(course: Course) -> QuerySet[ClassGroup]:
    return ClassGroup.objects.filter(class_courses__course=course).annotate(
        enrolled_at=F("class_courses__created_at")
    )


def student_counts(class_groups: Iterable[ClassGroup]) -> dict[int, int]:
    """Active students who are in each class now, by class id (none: not there); one query."""
    rows = (
        ClassMembership.objects.filter(
            class_group__in=[class_group.pk for class_group in class_groups],
            left_on=None,
            student__is_active=True,
        )
        .values("class_group_id")
        .annotate(count=Count("pk"))
    )
    return {row["class_group_id"]: row["count"] for row in rows}


def spellings(word: str) -> set[str]:
    """Ａ and A are one letter to whoever types it, and either may be in a name."""
    narrow = unicodedata.normalize("NFKC", word)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in narrow)
    return {word, narrow, wide}


def classes_to_add(course: Course, among: QuerySet[ClassGroup], words: str) -> QuerySet[ClassGroup]:
    """Classes of the course's school year that do not take it yet, the course's grade first.

    Each of `words` must be in the name of the class, its campus or one of its teachers.
    """
    taken = ClassCourse.objects.filter(course=course).values("class_group")
    found = among.filter(school_year=course.school_year).exclude(pk__in=taken)
    for word in words.split()[:MOST_WORDS]:
        spelt = Q()
        for form in spellings(word):
            taught = ClassGroup.objects.filter(
                Q(teachers__family_name__icontains=form) | Q(teachers__family_kana__icontains=form)
            ).values("pk")
            spelt |= Q(name__icontains=form) | Q(campus__name__icontains=form) | Q(pk__in=taught)
        found = found.filter(spelt)
    other_grade = Case(When(grade=course.grade, then=0), default=1)
    return found.order_by(other_grade, "campus__name", "name", "pk")
