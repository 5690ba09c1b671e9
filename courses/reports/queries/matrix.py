"""The class matrix: students by lessons, who falls behind first."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ClassGroup, User
from accounts.queries import active_students
from courses.catalog.access import courses_authored_by
from courses.catalog.models import Activity, Course, Lesson, State
from courses.enrolment.models import Progress, ProgressState, StudyDay
from courses.enrolment.queries import (
    Tally,
    class_progress,
    courses_of_class,
    monday_of,
    open_activities,
    tally,
)
from courses.reports.queries.times import long_absent, start_of


@dataclass(frozen=True, slots=True)
class CourseTab:
    course: Course
    may_author: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One lesson that has been opened to students; `number` is N of 第N回."""

    number: int
    lesson: Lesson
    activities: list[Activity]

    @property
    def heading(self) -> str:
        return _("第%(number)d回") % {"number": self.number}


@dataclass(frozen=True, slots=True)
class Cell:
    """How far one student is in one lesson."""

    column: Column
    tally: Tally
    opened: bool

    @property
    def state(self) -> str:
        """none (nothing required), done, late, started or untouched: the cell's look."""
        if not self.tally.total:
            return "none"
        if self.tally.done == self.tally.total:
            return "done"
        if self.tally.overdue:
            return "late"
        return "started" if self.opened else "untouched"

    @property
    def title(self) -> str:
        """The lesson's name and the counts, in words."""
        named = _("%(heading)s %(title)s：") % {
            "heading": self.column.heading,
            "title": self.column.lesson.title,
        }
        if not self.tally.total:
            return named + _("必修の学習項目はありません")
        said = named + _("%(total)d項目中 %(done)d項目 完了") % {
            "total": self.tally.total,
            "done": self.tally.done,
        }
        if self.tally.overdue:
            said += _("、期限切れ %(overdue)d") % {"overdue": self.tally.overdue}
        if self.state == "untouched":
            said += _("、まだ開いていません")
        return said


@dataclass(frozen=True, slots=True)
class Row:
    student: User
    cells: list[Cell]
    tally: Tally
    week_seconds: int
    last_at: datetime.datetime | None

    @property
    def absent(self) -> bool:
        return long_absent(self.last_at)


@dataclass(frozen=True, slots=True)
class Stumble:
    """The activity that most students are late with."""

    activity: Activity
    number: int
    students: int


@dataclass(frozen=True, slots=True)
class Matrix:
    course: Course
    columns: list[Column]
    hidden_lessons: int
    """Lessons that students can't see yet and that therefore have no column."""
    rows: list[Row]
    due_done: int
    due_total: int
    """(student, activity) pairs due this week: completed, of how many."""
    stumble: Stumble | None
    learnt_at: datetime.datetime | None
    """When anyone of the class last learnt something required of this course."""

    @property
    def has_dues(self) -> bool:
        return any(a.due_at is not None for column in self.columns for a in column.activities)

    @property
    def behind(self) -> int:
        return sum(1 for row in self.rows if row.tally.overdue)

    @property
    def overdue(self) -> int:
        return sum(row.tally.overdue for row in self.rows)

    @property
    def newest(self) -> int | None:
        """The number of the last lesson that any student has opened: where the class is."""
        opened = {cell.column.number for row in self.rows for cell in row.cells if cell.opened}
        return max(opened, default=None)

    @property
    def week_percent(self) -> int | None:
        """None when nothing is due this week."""
        return self.due_done * 100 // self.due_total if self.due_total else None


def _columns(lessons: Iterable[Lesson], activities: Iterable[Activity]) -> list[Column]:
    """One for each lesson that has been opened; numbered by its place among all lessons."""
    now = timezone.now()
    by_lesson: dict[int, list[Activity]] = {}
    for activity in activities:
        by_lesson.setdefault(activity.lesson_id, []).append(activity)
    return [
        Column(number, lesson, by_lesson.get(lesson.pk, []))
        for number, lesson in enumerate(lessons, start=1)
        if lesson.state == State.PUBLISHED
        and (lesson.published_from is None or lesson.published_from <= now)
    ]


def _stumble(columns: Iterable[Column], progress: Iterable[dict[int, Progress]]) -> Stumble | None:
    now = timezone.now()
    due = [
        (column.number, activity)
        for column in columns
        for activity in column.activities
        if activity.required and activity.due_at is not None and activity.due_at < now
    ]
    late: Counter[int] = Counter()
    for mine in progress:
        late.update(a.pk for _number, a in due if not _completed(mine, a))
    if not late:
        return None
    number, activity = max(due, key=lambda found: late[found[1].pk])
    return Stumble(activity, number, late[activity.pk])


def _learnt_at(
    columns: Iterable[Column], progress: Iterable[dict[int, Progress]]
) -> datetime.datetime | None:
    ids = {a.pk for column in columns for a in column.activities}
    return max(
        (p.last_at for mine in progress for pk, p in mine.items() if pk in ids), default=None
    )


def _completed(progress: dict[int, Progress], activity: Activity) -> bool:
    mine = progress.get(activity.pk)
    return mine is not None and mine.state == ProgressState.COMPLETED


def _behind_first(row: Row) -> tuple[int, int, datetime.datetime]:
    """Most overdue, then least done, then longest absent; the rows come in kana order."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return (-row.tally.overdue, row.tally.percent, row.last_at or never)


def class_matrices(
    class_group: ClassGroup, courses: Sequence[Course], *, by_kana: bool = False
) -> list[Matrix]:
    """A matrix for each course, over the students who are in the class now; four queries."""
    monday = monday_of(timezone.localdate())
    study = StudyDay.objects.filter(student=OuterRef("pk"), day__gte=monday).order_by()
    learnt = Progress.objects.filter(student=OuterRef("pk")).order_by()
    students = list(
        active_students(class_group).annotate(
            week_seconds=Subquery(
                study.values("student").annotate(total=Sum("seconds")).values("total")
            ),
            last_at=Subquery(learnt.values("student").annotate(at=Max("last_at")).values("at")),
        )
    )
    activities = open_activities(courses)
    progress = class_progress(students, [a for a in activities if a.required])
    lessons = list(Lesson.objects.present().filter(course__in=courses))
    matrices = []
    for course in courses:
        of_course = [lesson for lesson in lessons if lesson.course_id == course.pk]
        columns = _columns(of_course, activities)
        rows = []
        for student in students:
            mine = progress.get(student.pk, {})
            rows.append(
                Row(
                    student=student,
                    cells=[
                        Cell(c, tally(c.activities, mine), any(a.pk in mine for a in c.activities))
                        for c in columns
                    ],
                    tally=tally((a for c in columns for a in c.activities), mine),
                    week_seconds=student.week_seconds or 0,
                    last_at=student.last_at,
                )
            )
        if not by_kana:
            rows.sort(key=_behind_first)
        due = _due_in_week(columns, monday)
        taken = [progress.get(student.pk, {}) for student in students]
        matrices.append(
            Matrix(
                course=course,
                columns=columns,
                hidden_lessons=len(of_course) - len(columns),
                rows=rows,
                due_done=sum(_completed(mine, a) for mine in taken for a in due),
                due_total=len(due) * len(students),
                stumble=_stumble(columns, taken),
                learnt_at=_learnt_at(columns, taken),
            )
        )
    return matrices


def most_pressing(matrices: Iterable[Matrix]) -> Matrix | None:
    """Where most is overdue, then what was learnt last, then the first; None of none."""
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return max(matrices, key=lambda m: (m.overdue, m.learnt_at or never), default=None)


def _due_in_week(columns: Iterable[Column], monday: datetime.date) -> list[Activity]:
    first = start_of(monday)
    end = start_of(monday + datetime.timedelta(days=7))
    return [
        activity
        for column in columns
        for activity in column.activities
        if activity.required and activity.due_at is not None and first <= activity.due_at < end
    ]


def class_courses(class_group: ClassGroup, user: User) -> list[CourseTab]:
    """The class's courses, and which of them this person may change; one query."""
    may = courses_authored_by(user).filter(pk=OuterRef("pk")).order_by()
    courses = courses_of_class(class_group).annotate(may_author=Exists(may))
    return [CourseTab(course, course.may_author) for course in courses]
