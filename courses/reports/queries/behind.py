"""Who is behind: at least one required activity whose due date passed is not completed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import ClassGroup
from courses.catalog.models import Activity
from courses.enrolment.models import Progress, ProgressState


@dataclass(frozen=True, slots=True)
class Behind:
    """One student of one class, with the number of his overdue activities (1 or more)."""

    class_id: int
    student_id: int
    overdue: int


def _missing(classes: QuerySet[ClassGroup] | Collection[ClassGroup]) -> QuerySet[Any, Any]:
    """One row for each (class, student, overdue activity) of the classes' students of now."""
    taking = "lesson__course__class_courses__class_group"
    completed = Progress.objects.filter(
        student=OuterRef("behind_student"), activity=OuterRef("pk"), state=ProgressState.COMPLETED
    )
    return (
        Activity.objects.open()
        .filter(
            required=True,
            due_at__lt=timezone.now(),
            **{
                f"{taking}__in": classes,
                f"{taking}__memberships__left_on": None,
                f"{taking}__memberships__student__is_active": True,
            },
        )
        .annotate(behind_class=F(taking), behind_student=F(f"{taking}__memberships__student"))
        .filter(~Exists(completed))
        .order_by()
    )


def behind_in(classes: QuerySet[ClassGroup] | Collection[ClassGroup]) -> list[Behind]:
    """Who is behind in these classes, the most overdue first; one query."""
    rows = (
        _missing(classes)
        .values("behind_class", "behind_student")
        .annotate(overdue=Count("pk"))
        .order_by("-overdue", "behind_student", "behind_class")
    )
    return [Behind(r["behind_class"], r["behind_student"], r["overdue"]) for r in rows]


def behind_counts(classes: QuerySet[ClassGroup] | Collection[ClassGroup]) -> dict[int, int]:
    """How many students are behind, by class id; one query."""
    rows = (
        _missing(classes)
        .values("behind_class")
        .annotate(students=Count("behind_student", distinct=True))
    )
    return {row["behind_class"]: row["students"] for row in rows}
