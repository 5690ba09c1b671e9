"""The school at a glance for the office; counts only, no list of everybody."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from accounts.models import Campus, ClassGroup, ClassMeeting, Role, User
from accounts.queries import students_without_class
from courses.catalog.models import Course, State
from courses.catalog.years import current_school_year
from courses.enrolment.models import ClassCourse, StudyDay
from courses.enrolment.queries import monday_of
from courses.reports.queries.times import start_of
from elearning.uploads.models import Upload, UploadState

RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class CampusLine:
    campus: Campus
    students: int
    classes: int


@dataclass(frozen=True, slots=True)
class School:
    year: int
    students: int
    guardians: int
    teachers: int
    classes: int
    courses: int
    published_courses: int
    meetings_today: int
    active_today: int
    week_seconds: int
    last_week_seconds: int
    """Up to the same weekday of last week, so that the two compare."""
    uploads_waiting: int
    uploads_rejected: int
    """Rejected since `recent_from`, a week ago."""
    recent_from: datetime.datetime
    classes_without_course: int
    students_without_class: int
    initial_passwords: int
    campuses: list[CampusLine]

    @property
    def more_seconds(self) -> int:
        return self.week_seconds - self.last_week_seconds


def _studied(today: datetime.date) -> tuple[int, int, int]:
    """Students active today; seconds of this week, and of last week up to the same weekday."""
    monday = monday_of(today)
    week = datetime.timedelta(weeks=1)
    found = StudyDay.objects.filter(day__gte=monday - week, day__lte=today).aggregate(
        active=Count("pk", filter=Q(day=today, seconds__gt=0)),
        this_week=Sum("seconds", filter=Q(day__gte=monday)),
        last_week=Sum("seconds", filter=Q(day__lte=today - week)),
    )
    return found["active"], found["this_week"] or 0, found["last_week"] or 0


def school_at_a_glance() -> School:
    """The figures of the office's home; eight queries."""
    today = timezone.localdate()
    year = current_school_year()
    recent = start_of(today - datetime.timedelta(days=RECENT_DAYS))
    people = User.objects.filter(is_active=True).aggregate(
        students=Count("pk", filter=Q(role=Role.STUDENT)),
        guardians=Count("pk", filter=Q(role=Role.GUARDIAN)),
        teachers=Count("pk", filter=Q(role=Role.TEACHER)),
        initial=Count("pk", filter=Q(must_change_password=True)),
    )
    taken = ClassCourse.objects.filter(class_group=OuterRef("pk"))
    courses = (
        Course.objects.present()
        .filter(school_year=year)
        .aggregate(total=Count("pk"), published=Count("pk", filter=Q(state=State.PUBLISHED)))
    )
    uploads = Upload.objects.aggregate(
        waiting=Count("pk", filter=Q(state=UploadState.UPLOADED)),
        rejected=Count(
            "pk",
            filter=Q(
                state=UploadState.REJECTED,
                created_at__gte=recent,
            ),
        ),
    )
    active, this_week, last_week = _studied(today)
    classes = {
        row["campus"]: row
        for row in ClassGroup.objects.filter(school_year=year)
        .order_by()
        .values("campus")
        .annotate(size=Count("pk"), idle=Count("pk", filter=~Exists(taken)))
    }
    campuses = Campus.objects.annotate(
        size=Count("users", filter=Q(users__role=Role.STUDENT, users__is_active=True))
    )
    return School(
        year=year,
        students=people["students"],
        guardians=people["guardians"],
        teachers=people["teachers"],
        classes=sum(row["size"] for row in classes.values()),
        courses=courses["total"],
        published_courses=courses["published"],
        meetings_today=ClassMeeting.objects.filter(
            class_group__school_year=year, weekday=today.weekday()
        ).count(),
        active_today=active,
        week_seconds=this_week,
        last_week_seconds=last_week,
        uploads_waiting=uploads["waiting"],
        uploads_rejected=uploads["rejected"],
        recent_from=recent,
        classes_without_course=sum(row["idle"] for row in classes.values()),
        students_without_class=students_without_class(year).count(),
        initial_passwords=people["initial"],
        campuses=[
            CampusLine(c, c.size, classes[c.pk]["size"] if c.pk in classes else 0) for c in campuses
        ],
    )
