"""A course as its builders see it: every lesson and activity, drafts included, and the bin."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses.catalog.models import Activity, Course, Lesson, Publishable, State
from courses.catalog.registry import ActivityKind, Arrival, Facts, facts_of, kind_of
from elearning.templatetags.elearning import japanese_date

BIN_DAYS = 30
"""How long the pages offer to restore something; the rows themselves are never purged."""

CHECKING = datetime.timedelta(minutes=10)
"""For how long after its upload a page keeps asking whether a file is ready."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """What students get to see of a lesson or an activity, as a badge."""

    label: str
    css: str
    detail: str = ""

    @property
    def open(self) -> bool:
        return self.css == "done"


@dataclass(frozen=True)
class Row:
    """One activity of the outline."""

    activity: Activity
    kind: ActivityKind
    facts: Facts

    @cached_property
    def visibility(self) -> Visibility:
        return visibility(self.activity)


@dataclass(frozen=True)
class LessonSection:
    """One lesson of the outline; `number` is N of 第N回."""

    lesson: Lesson
    number: int
    rows: list[Row]

    @cached_property
    def visibility(self) -> Visibility:
        return visibility(self.lesson)

    @property
    def drafts(self) -> int:
        return sum(row.activity.state == State.DRAFT for row in self.rows)

    @property
    def awaits_files(self) -> bool:
        """Whether a file is being sent, or came so lately that it may be ready any moment."""
        since = timezone.now() - CHECKING
        return any(
            row.facts.arrival == Arrival.SENDING
            or (not row.facts.ready and not row.facts.trouble and row.activity.created_at > since)
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Trash:
    lessons: list[Lesson]
    activities: list[Activity]

    def __bool__(self) -> bool:
        return bool(self.lessons or self.activities)


def visibility(item: Publishable) -> Visibility:
    """Draft, to come, open or over, in the reader's words."""
    now = timezone.now()
    if item.state == State.DRAFT:
        return Visibility(_("下書き"), "")
    if item.published_from and item.published_from > now:
        detail = _beginning(item.published_from)
        return Visibility(_("公開予定"), "info", detail)
    if item.published_until and item.published_until <= now:
        detail = _("%(moment)s まで") % {"moment": _moment(item.published_until)}
        return Visibility(_("公開終了"), "warn", detail)
    detail = ""
    if item.published_until:
        detail = _("%(moment)s まで") % {"moment": _moment(item.published_until)}
    return Visibility(_("公開中"), "done", detail)


def course_outline(course: Course) -> list[LessonSection]:
    """Every lesson in order with its activities; two queries and one a kind."""
    lessons = list(Lesson.objects.filter(course=course, deleted_at=None))
    rows = _rows(Activity.objects.present().filter(lesson__course=course))
    return [
        LessonSection(lesson, number, rows.get(lesson.pk, []))
        for number, lesson in enumerate(lessons, start=1)
    ]


def lesson_outline(lesson: Lesson) -> LessonSection:
    """One lesson as in `course_outline`; two queries and one a kind."""
    before = Q(order__lt=lesson.order) | Q(order=lesson.order, pk__lt=lesson.pk)
    number = Lesson.objects.filter(before, course=lesson.course_id, deleted_at=None).count() + 1
    rows = _rows(Activity.objects.filter(lesson=lesson, deleted_at=None))
    return LessonSection(lesson, number, rows.get(lesson.pk, []))


def trash_of(course: Course) -> Trash:
    """What was deleted from the course in the last 30 days, the latest first."""
    since = bin_since()
    return Trash(
        list(Lesson.objects.filter(course=course, deleted_at__gte=since).order_by("-deleted_at")),
        list(
            Activity.objects.filter(
                lesson__course=course, lesson__deleted_at=None, deleted_at__gte=since
            )
            .select_related("lesson")
            .order_by("-deleted_at")
        ),
    )


def bin_since() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=BIN_DAYS)


def _rows(activities: Iterable[Activity]) -> dict[int, list[Row]]:
    activities = list(activities)
    facts = facts_of(activities)
    rows: dict[int, list[Row]] = {}
    for activity in activities:
        row = Row(activity, kind_of(activity), facts[activity.pk])
        rows.setdefault(activity.lesson_id, []).append(row)
    return rows


def _beginning(moment: datetime.datetime) -> str:
    """12月5日（土）から; a day that begins at midnight needs no hour."""
    local = timezone.localtime(moment)
    if local.time() == datetime.time():
        return _("%(date)sから") % {"date": japanese_date(local)}
    return _("%(moment)s から") % {"moment": _moment(moment)}


def _moment(moment: datetime.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{japanese_date(local)} {date_format(local, 'H:i')}"
