"""A course as its pages show it: numbered lessons, activities with their standing."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from courses.catalog.models import Activity, Course, Lesson, Publishable, State
from courses.catalog.registry import ActivityKind, Facts, facts_of, kind_of
from courses.enrolment.models import Progress, ProgressState
from courses.enrolment.queries import Tally, progress_of, tally
from courses.learning.queries.structure import Place, structures

NO_FACTS = Facts()


class Standing(models.TextChoices):
    """How one activity stands for one student; the first that is true."""

    DONE = "done", gettext_lazy("完了")
    WAITING = "waiting", gettext_lazy("準備中")
    OVERDUE = "overdue", gettext_lazy("期限切れ")
    STARTED = "started", gettext_lazy("学習中")
    NEW = "new", gettext_lazy("未着手")


@dataclass(slots=True, eq=False)
class Step:
    """One activity in its place, as one student has it (as nobody has it, in a preview)."""

    activity: Activity
    number: int
    """The N of its lesson's 第N回."""
    progress: Progress | None
    facts: Facts = NO_FACTS

    @property
    def kind(self) -> ActivityKind:
        return kind_of(self.activity)

    @property
    def lesson(self) -> Lesson:
        return self.activity.lesson

    @property
    def course(self) -> Course:
        return self.activity.lesson.course

    @property
    def done(self) -> bool:
        return self.progress is not None and self.progress.state == ProgressState.COMPLETED

    @property
    def standing(self) -> Standing:
        if self.done:
            return Standing.DONE
        if not self.facts.ready:
            return Standing.WAITING
        if self.activity.required and self.activity.is_overdue:
            return Standing.OVERDUE
        return Standing.NEW if self.progress is None else Standing.STARTED

    @property
    def overdue(self) -> bool:
        return self.standing == Standing.OVERDUE

    @property
    def due_today(self) -> bool:
        due = self.activity.due_at
        return due is not None and timezone.localdate(due) == timezone.localdate()

    @property
    def to_do(self) -> bool:
        """Whether it can be done now and is not."""
        return self.standing not in (Standing.DONE, Standing.WAITING)

    @property
    def hidden_because(self) -> str:
        return hidden_because(self.activity)


@dataclass(slots=True, eq=False)
class LessonView:
    """One 第N回."""

    lesson: Lesson
    number: int
    steps: list[Step]

    @property
    def counted(self) -> list[Step]:
        """What its completion is counted by: the required ones, or all where none is."""
        return [step for step in self.steps if step.activity.required] or self.steps

    @property
    def total(self) -> int:
        return len(self.counted)

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.counted)

    @property
    def done(self) -> bool:
        return bool(self.steps) and self.done_count == self.total

    @property
    def started(self) -> bool:
        return any(step.progress is not None for step in self.steps)

    @property
    def overdue(self) -> bool:
        return any(step.overdue for step in self.steps)

    @property
    def pressing(self) -> bool:
        """Whether something in it is overdue, or due today."""
        return any(s.overdue or (s.due_today and s.to_do) for s in self.steps)

    @property
    def holds(self) -> str:
        """動画 2 本・プリント 1 枚"""
        return holds(self.steps)

    @property
    def hidden_because(self) -> str:
        return hidden_because(self.lesson)


@dataclass(eq=False)
class CourseView:
    """One course with everything that its cards, page and outlines show."""

    course: Course
    lessons: list[LessonView]
    total: int
    """How many lessons the course has, those not open yet included."""
    tally: Tally
    steps: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = [step for lesson in self.lessons for step in lesson.steps]

    @property
    def last_learnt(self) -> datetime.datetime | None:
        return max((s.progress.last_at for s in self.steps if s.progress is not None), default=None)

    @cached_property
    def next(self) -> Step | None:
        """次はここ: the last one begun; else the one after the last learnt; None: all done."""
        left = [step for step in self.steps if step.to_do]
        begun = latest(left)
        if begun is not None:
            return begun
        learnt = latest(self.steps)
        if learnt is not None:
            place = self.steps.index(learnt)
            following = next((s for s in self.steps[place:] if s.to_do), None)
            if following is not None:
                return following
        return left[0] if left else None

    @property
    def all_open(self) -> bool:
        """Whether its percentage is that of the whole course."""
        return len(self.lessons) >= self.total

    @property
    def place(self) -> int:
        """The N of "20 回中 N 回目": where the next step is, the last lesson when all is done."""
        if self.next is not None:
            return self.next.number
        return self.lessons[-1].number if self.lessons else 0

    @property
    def lesson_of(self) -> dict[int, LessonView]:
        return {lesson.lesson.pk: lesson for lesson in self.lessons}

    @property
    def overdue_count(self) -> int:
        return sum(step.overdue for step in self.steps)


def course_views(courses: Collection[Course], student: User | None) -> list[CourseView]:
    """The courses as this student has them; None previews them: all lessons, no progress.

    Two queries. Facts are not there yet: see `add_facts`.
    """
    found = structures(courses, preview=student is None)
    activities = [a for places in found.values() for place in places for a in place.activities]
    progress = progress_of(student, activities) if student is not None else {}
    return views_of(courses, found, progress)


def views_of(
    courses: Iterable[Course], found: Mapping[int, list[Place]], progress: dict[int, Progress]
) -> list[CourseView]:
    """Put together what was read; `progress` by activity id. No query."""
    return [_view(course, found[course.pk], progress) for course in courses]


def add_facts(steps: Iterable[Step]) -> None:
    """Facts for those steps whose facts or readiness are shown; one query a kind."""
    steps = list(steps)
    facts = facts_of(list({step.activity.pk: step.activity for step in steps}.values()))
    for step in steps:
        step.facts = facts.get(step.activity.pk, NO_FACTS)


def _view(course: Course, places: list[Place], progress: dict[int, Progress]) -> CourseView:
    lessons = [
        LessonView(
            place.lesson,
            place.number,
            [Step(its, place.number, progress.get(its.pk)) for its in place.activities],
        )
        for place in places
    ]
    activities = [activity for place in places for activity in place.activities]
    total = places[0].of if places else 0
    return CourseView(course, lessons, total, tally(activities, progress))


def latest(steps: Iterable[Step]) -> Step | None:
    """The one that was learnt last; None if none was ever opened."""
    opened = [(s.progress.last_at, s) for s in steps if s.progress is not None]
    return max(opened, key=lambda pair: pair[0])[1] if opened else None


def holds(steps: Iterable[Step]) -> str:
    """動画 2 本・プリント 1 枚, kinds in the order in which they come."""
    counts: dict[str, tuple[ActivityKind, int]] = {}
    for step in steps:
        kind = step.kind
        counts[kind.name] = (kind, counts.get(kind.name, (kind, 0))[1] + 1)
    return _("・").join(kind.counted(count) for kind, count in counts.values())


def hidden_because(thing: Publishable) -> str:
    """Why students do not see a lesson or an activity now, for a preview; "" when they do."""
    if thing.state == State.DRAFT:
        return _("下書き")
    if thing.is_open:
        return ""
    if thing.published_from is not None and thing.published_from > timezone.now():
        return _("公開前")
    return _("公開終了")
