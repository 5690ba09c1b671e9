"""What these stories need besides the cast: due dates, progress, whole classes."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Role
from courses.catalog.models import Activity, Lesson
from courses.enrolment.models import Progress, ProgressState
from tests.cast import activity, join, person


def ago(**span) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**span)


@pytest.fixture
def overdue():
    """`overdue(lesson, title)` adds a note that was due three days ago."""

    def add(lesson: Lesson, title: str = "期限のすぎたノート", **fields) -> Activity:
        return activity(lesson, "note", title, **{"due_at": ago(days=3), **fields})

    return add


@pytest.fixture
def finish():
    """`finish(student, activity, …)` completes them."""

    def complete(student, *activities: Activity, at: datetime.datetime | None = None) -> None:
        at = at or timezone.now()
        for each in activities:
            Progress.objects.update_or_create(
                student=student,
                activity=each,
                defaults={
                    "state": ProgressState.COMPLETED,
                    "completed_at": at,
                    "opened_at": at,
                    "last_at": at,
                },
            )

    return complete


@pytest.fixture
def begin():
    """`begin(student, activity)` opens it."""

    def start(student, each: Activity, at: datetime.datetime | None = None) -> Progress:
        at = at or timezone.now()
        return Progress.objects.create(student=student, activity=each, opened_at=at, last_at=at)

    return start


@pytest.fixture
def crowd(cast):
    """`crowd(n)` adds n students to class A."""

    def add(number: int) -> list:
        people = [
            person(
                f"crowd{n}",
                "群",
                f"衆{n}",
                "ぐん しゅう",
                Role.STUDENT,
                grade=8,
                campus=cast.campus,
            )
            for n in range(number)
        ]
        join(cast.class_a, *people)
        return people

    return add
