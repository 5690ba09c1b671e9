"""How a guardian's children are doing, and what is missing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.queries import children_of
from courses.catalog.models import Course
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import (
    class_progress,
    last_seen,
    monday_of,
    seconds_since,
)
from courses.learning.queries.home import in_school_order, pressing_steps, student_courses
from courses.learning.queries.outline import (
    CourseView,
    Step,
    add_facts,
    views_of,
)
from courses.learning.queries.structure import structures
from courses.learning.queries.study import StudyMonth, StudyWeek, study_month

SOON = datetime.timedelta(days=7)
MOST_RECENT = 8


@dataclass(frozen=True, slots=True)
class ChildCard:
    child: User
    seconds: int
    """Studied since Monday."""
    courses: list[CourseView]
    last_learnt: datetime.datetime | None

    @property
    def overdue(self) -> int:
        return sum(view.overdue_count for view in self.courses)


@dataclass(frozen=True, slots=True)
class ChildPage:
    child: User
    courses: list[CourseView]
    overdue: list[Step]
    soon: list[Step]
    """Due within a week."""
    recent: list[Step]
    """Completed, the latest first."""
    week: StudyWeek
    month: StudyMonth
    last_learnt: datetime.datetime | None


def guardian_home(guardian: User) -> list[ChildCard]:
    """A card for each child; as many queries for one child as for many."""
    children = list(children_of(guardian))
    taken = _courses_of(children)
    courses = list({course.pk: course for its in taken.values() for course in its}.values())
    found = structures(courses, preview=False)
    activities = [a for places in found.values() for place in places for a in place.activities]
    progress = class_progress(children, activities)
    seconds = seconds_since(children, monday_of(timezone.localdate()))
    seen = last_seen(children)
    cards = [
        ChildCard(
            child,
            seconds.get(child.pk, 0),
            views_of(taken[child.pk], found, progress.get(child.pk, {})),
            seen.get(child.pk),
        )
        for child in children
    ]
    add_facts(
        step for card in cards for view in card.courses for step in view.steps if not step.done
    )
    return cards


def child_page(child: User) -> ChildPage:
    views = student_courses(child)
    pending = pressing_steps(views)
    until = timezone.now() + SOON
    week, month = study_month(child)
    return ChildPage(
        child=child,
        courses=views,
        overdue=[step for step in pending if step.overdue],
        soon=[s for s in pending if not s.overdue and (s.activity.due_at or until) <= until],
        recent=_recent(views),
        week=week,
        month=month,
        last_learnt=max((v.last_learnt for v in views if v.last_learnt), default=None),
    )


def _courses_of(children: Sequence[User]) -> dict[int, list[Course]]:
    """The published courses that each child takes now, by the child's id; one query."""
    taken: dict[int, list[Course]] = {child.pk: [] for child in children}
    enrolments = Enrolment.objects.filter(
        student__in=children, ended_at=None, course__in=Course.objects.published()
    ).select_related("course")
    for enrolment in enrolments:
        taken[enrolment.student_id].append(enrolment.course)
    return {pk: sorted(courses, key=in_school_order) for pk, courses in taken.items()}


def _recent(views: Sequence[CourseView]) -> list[Step]:
    finished = [
        (step.progress.completed_at, step)
        for view in views
        for step in view.steps
        if step.progress is not None and step.progress.completed_at is not None
    ]
    finished.sort(key=lambda pair: pair[0], reverse=True)
    return [step for _at, step in finished[:MOST_RECENT]]
