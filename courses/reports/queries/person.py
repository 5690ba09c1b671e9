"""One student's whole picture in the courses of one class."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import ClassGroup, User
from courses.catalog.models import Activity, Course, Lesson
from courses.catalog.registry import ActivityKind, kind_of
from courses.enrolment.models import Progress, ProgressState
from courses.enrolment.queries import (
    Tally,
    courses_of_class,
    last_seen,
    monday_of,
    open_activities,
    progress_of,
    study_seconds,
    tally,
)
from courses.reports.queries.times import long_absent

WEEKS = 8


@dataclass(frozen=True, slots=True)
class ActivityLine:
    activity: Activity
    kind: ActivityKind
    progress: Progress | None

    @property
    def state(self) -> str:
        """completed, overdue, started or untouched."""
        if self.progress is not None and self.progress.state == ProgressState.COMPLETED:
            return "completed"
        if self.activity.required and self.activity.is_overdue:
            return "overdue"
        return "untouched" if self.progress is None else "started"


@dataclass(frozen=True, slots=True)
class LessonPart:
    number: int
    lesson: Lesson
    lines: list[ActivityLine]
    tally: Tally


@dataclass(frozen=True, slots=True)
class OverdueLine:
    number: int
    """N of 第N回."""
    line: ActivityLine


@dataclass(frozen=True, slots=True)
class CoursePart:
    course: Course
    lessons: list[LessonPart]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a chart; `x`, `y` and `height` are in the drawing's own units."""

    day: datetime.date
    seconds: int
    current: bool
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR_WIDTH // 2

    @property
    def top(self) -> int:
        """Where the number above the bar stands."""
        return self.y - 6


BAR_WIDTH = 40
DAY_STEP = 60
WEEK_STEP = 52
CHART_BASE = 120
CHART_HEIGHT = 96


@dataclass(frozen=True, slots=True)
class Picture:
    courses: list[CoursePart]
    tally: Tally
    days: list[Bar]
    weeks: list[Bar]
    week_seconds: int
    last_week_seconds: int
    last_at: datetime.datetime | None
    guardians: list[User]

    @property
    def absent(self) -> bool:
        return long_absent(self.last_at)

    @property
    def overdue(self) -> list[OverdueLine]:
        """What is to be caught up with, the longest overdue first."""
        late = [
            OverdueLine(lesson.number, line)
            for part in self.courses
            for lesson in part.lessons
            for line in lesson.lines
            if line.state == "overdue"
        ]
        return sorted(late, key=lambda found: found.line.activity.due_at or timezone.now())


def bars(
    seconds: list[int], days: list[datetime.date], *, current: datetime.date, step: int
) -> list[Bar]:
    """A column for each day (or week's Monday), the tallest as high as the chart; a
    day without study keeps a line at the foot."""
    most = max(seconds, default=0)
    drawn = []
    for n, (day, amount) in enumerate(zip(days, seconds, strict=True)):
        height = max(3, round(amount / most * CHART_HEIGHT)) if most else 3
        drawn.append(Bar(day, amount, day == current, n * step, CHART_BASE - height, height))
    return drawn


def student_picture(class_group: ClassGroup, student: User) -> Picture:
    """Everything about the student's learning in this class; seven queries."""
    today = timezone.localdate()
    monday = monday_of(today)
    first = monday - datetime.timedelta(weeks=WEEKS - 1)
    seconds = study_seconds(student, first, WEEKS * 7)
    weeks = [sum(seconds[n * 7 : n * 7 + 7]) for n in range(WEEKS)]
    courses = list(courses_of_class(class_group))
    activities = open_activities(courses)
    progress = progress_of(student, activities)
    lessons = list(Lesson.objects.present().filter(course__in=courses))
    return Picture(
        courses=[_course_part(c, lessons, activities, progress) for c in courses],
        tally=tally(activities, progress),
        days=bars(
            seconds[-7:],
            [monday + datetime.timedelta(days=n) for n in range(7)],
            current=today,
            step=DAY_STEP,
        ),
        weeks=bars(
            weeks,
            [first + datetime.timedelta(weeks=n) for n in range(WEEKS)],
            current=monday,
            step=WEEK_STEP,
        ),
        week_seconds=weeks[-1],
        last_week_seconds=weeks[-2],
        last_at=last_seen([student]).get(student.pk),
        guardians=list(student.guardians.filter(is_active=True)),
    )


def _course_part(
    course: Course,
    lessons: Iterable[Lesson],
    activities: Iterable[Activity],
    progress: dict[int, Progress],
) -> CoursePart:
    """The lessons of which the student sees something, numbered among all of the course's."""
    parts = []
    of_course = [a for a in activities if a.lesson.course_id == course.pk]
    numbered = enumerate((x for x in lessons if x.course_id == course.pk), start=1)
    for number, lesson in numbered:
        mine = [a for a in of_course if a.lesson_id == lesson.pk]
        if mine:
            lines = [ActivityLine(a, kind_of(a), progress.get(a.pk)) for a in mine]
            parts.append(LessonPart(number, lesson, lines, tally(mine, progress)))
    return CoursePart(course, parts, tally(of_course, progress))
