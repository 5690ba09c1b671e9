"""What next, until when, how far this week: the student's home."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from courses.catalog.models import Course, Subject
from courses.enrolment.access import courses_open_to
from courses.learning.queries.outline import (
    CourseView,
    LessonView,
    Step,
    add_facts,
    course_views,
    holds,
    latest,
)
from courses.learning.queries.study import StudyWeek, study_week

MOST_TO_DO = 8
MOST_OVERDUE = 4
"""However much is overdue, what is due next stays in sight."""


@dataclass(frozen=True, slots=True)
class Resume:
    """続きから."""

    step: Step
    lesson: LessonView

    @property
    def begun(self) -> bool:
        return self.step.progress is not None

    @property
    def position(self) -> float | None:
        """Seconds into what plays; None where nothing does or nothing was played."""
        progress = self.step.progress
        if progress is None or not self.step.facts.seconds or not progress.position:
            return None
        return min(progress.position, self.step.facts.seconds)


@dataclass(frozen=True, slots=True)
class StudentHome:
    courses: list[CourseView]
    resume: Resume | None
    to_do: list[Step]
    more: int
    """How many things to do are left out of `to_do`."""
    due_today: str
    """動画 1 本・プリント 1 枚; "" when nothing is due today."""
    overdue: int
    week: StudyWeek


def student_home(student: User, *, everything: bool = False) -> StudentHome:
    """`everything`: list all that is to do, not only the most pressing."""
    views = student_courses(student)
    pending = pressing_steps(views)
    shown = pending if everything else most_pressing(pending)
    return StudentHome(
        courses=views,
        resume=_resume(views),
        to_do=shown,
        more=len(pending) - len(shown),
        due_today=holds(step for step in pending if step.due_today and not step.overdue),
        overdue=sum(step.overdue for step in pending),
        week=study_week(student),
    )


def student_courses(student: User) -> list[CourseView]:
    """The courses that the student takes now, as cards; facts of what is not completed."""
    taken = courses_open_to(student).prefetch_related("teachers")
    views = course_views(sorted(taken, key=in_school_order), student)
    add_facts(step for view in views for step in view.steps if not step.done)
    return views


def in_school_order(course: Course) -> tuple[int, str]:
    """By subject as schools list them, 数学 before 英語, not by the subject's code."""
    return Subject.values.index(course.subject), course.title


def pressing_steps(views: list[CourseView]) -> list[Step]:
    """Required, due some day, can be done now and is not; by due date, so overdue first."""
    dated = [
        (step.activity.due_at, step)
        for view in views
        for step in view.steps
        if step.activity.due_at is not None and step.activity.required and step.to_do
    ]
    return [step for _due, step in sorted(dated, key=lambda pair: pair[0])]


def most_pressing(pending: list[Step]) -> list[Step]:
    """At most MOST_TO_DO, of which overdue ones take half if there is more to come."""
    overdue = [step for step in pending if step.overdue]
    coming = [step for step in pending if not step.overdue]
    room = max(MOST_OVERDUE, MOST_TO_DO - len(coming))
    shown = overdue[:room]
    return shown + coming[: MOST_TO_DO - len(shown)]


def _resume(views: list[CourseView]) -> Resume | None:
    """The last one begun anywhere; else the next one of the course learnt last."""
    begun = latest(step for view in views for step in view.steps if step.to_do)
    if begun is not None:
        step = begun
    else:
        never = timezone.now().replace(year=1)
        by_last = sorted(views, key=lambda view: view.last_learnt or never, reverse=True)
        following = next((view.next for view in by_last if view.next is not None), None)
        if following is None:
            return None
        step = following
    view = next(view for view in views if view.course.pk == step.course.pk)
    return Resume(step, view.lesson_of[step.lesson.pk])
