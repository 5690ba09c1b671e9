"""A teacher's day: which classes today, who is behind, what of mine needs a hand."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting, User
from accounts.queries import classes_taught_by
from accounts.timetable import hours_of
from courses.catalog.access import courses_authored_by
from courses.catalog.models import Activity, Course
from courses.catalog.years import current_school_year
from courses.enrolment.queries import last_seen
from courses.materials.queries import SILENT_AFTER
from courses.reports.queries.behind import behind_in
from courses.reports.queries.times import long_absent
from elearning.uploads import reasons
from elearning.uploads.models import Upload, UploadState

SHOWN = 10
COURSES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Meeting:
    """A class that meets today."""

    class_group: ClassGroup
    hours: str
    phase: str
    """now, later or over."""
    behind: int


@dataclass(frozen=True, slots=True)
class BehindIn:
    """A class in which the student is behind; two classes may count the same activity."""

    class_group: ClassGroup
    overdue: int


@dataclass(frozen=True, slots=True)
class BehindLine:
    student: User
    classes: list[BehindIn]
    """One or more, the most overdue first."""
    last_at: datetime.datetime | None

    @property
    def absent(self) -> bool:
        return long_absent(self.last_at)


@dataclass(frozen=True, slots=True)
class UploadTrouble:
    """An upload that was refused or broke off, with the activity that waits for it."""

    upload: Upload
    activity: Activity

    @property
    def rejected(self) -> bool:
        return self.upload.state == UploadState.REJECTED

    @property
    def reason(self) -> str:
        return reasons.sentence(self.upload)


@dataclass(frozen=True, slots=True)
class CourseLine:
    course: Course
    lessons: int


@dataclass(frozen=True, slots=True)
class TeacherDay:
    meetings: list[Meeting]
    has_classes: bool
    behind: list[BehindLine]
    behind_total: int
    troubles: list[UploadTrouble]
    courses: list[CourseLine]
    more_courses: int


def phase_of(meeting: ClassMeeting, time: datetime.time) -> str:
    if time < meeting.starts_at:
        return "later"
    return "now" if time < meeting.ends_at else "over"


def troubled_uploads(user: User) -> list[UploadTrouble]:
    """This person's uploads that were rejected or broke off and are still waited for."""
    waited_for = Q()
    for holder in ("next_video", "next_document"):
        waited_for |= Q(
            **{
                f"{holder}__activity__deleted_at": None,
                f"{holder}__activity__lesson__deleted_at": None,
                f"{holder}__activity__lesson__course__deleted_at": None,
                f"{holder}__isnull": False,
            }
        )
    troubled = Q(state=UploadState.REJECTED) | Q(
        state=UploadState.PENDING, touched_at__lt=timezone.now() - SILENT_AFTER
    )
    found = (
        Upload.objects.filter(troubled, waited_for, owner=user)
        .select_related(
            "next_video__activity__lesson__course", "next_document__activity__lesson__course"
        )
        .order_by("-created_at")[:SHOWN]
    )
    troubles = []
    for upload in found:
        waiting = getattr(upload, "next_video", None) or getattr(upload, "next_document", None)
        if waiting is not None:
            troubles.append(UploadTrouble(upload, waiting.activity))
    return troubles


def _courses(user: User) -> list[CourseLine]:
    """This school year's and later courses that this person builds; one query."""
    present = Count("lessons", filter=Q(lessons__deleted_at=None))
    found = courses_authored_by(user).filter(school_year__gte=current_school_year())
    return [CourseLine(c, c.size) for c in found.annotate(size=present)]


def teacher_day(user: User) -> TeacherDay:
    """Everything on a teacher's home; seven queries."""
    now = timezone.localtime()
    groups = {
        group.pk: group
        for group in classes_taught_by(user)
        .filter(school_year=current_school_year())
        .select_related("campus")
    }
    late = behind_in(groups.values())
    students_behind: dict[int, int] = {}
    for line in late:
        students_behind[line.class_id] = students_behind.get(line.class_id, 0) + 1
    meetings = ClassMeeting.objects.filter(class_group__in=groups, weekday=now.weekday())
    by_student: dict[int, list[BehindIn]] = {}
    for line in late:
        found = BehindIn(groups[line.class_id], line.overdue)
        by_student.setdefault(line.student_id, []).append(found)
    shown = list(by_student)[:SHOWN]
    people = User.objects.in_bulk(shown)
    seen = last_seen(people.values())
    courses = _courses(user)
    return TeacherDay(
        meetings=[
            Meeting(
                class_group=groups[meeting.class_group_id],
                hours=hours_of(meeting),
                phase=phase_of(meeting, now.time()),
                behind=students_behind.get(meeting.class_group_id, 0),
            )
            for meeting in meetings.order_by("starts_at", "class_group__name")
        ],
        has_classes=bool(groups),
        behind=[BehindLine(people[pk], by_student[pk], seen.get(pk)) for pk in shown],
        behind_total=len(by_student),
        troubles=troubled_uploads(user),
        courses=courses[:COURSES_SHOWN],
        more_courses=max(0, len(courses) - COURSES_SHOWN),
    )
