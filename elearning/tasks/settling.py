"""How one start of a job ends.

All of it holds only while the job is in the hand that began it. Where a worker was taken for
dead and comes back, another may have begun the job anew: the outcome then is SUPERSEDED, and
the row is left alone.
"""

import datetime
from enum import StrEnum
from traceback import format_exception
from typing import Any

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from elearning.db.texts import storable

MOST_ATTEMPTS = 5
"""Starts of one job: it may itself be what ends its worker, or the connection."""

PAUSES = (
    datetime.timedelta(seconds=10),
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=10),
    datetime.timedelta(hours=1),
)
"""Before the second start, the third, …: a mail server may be away for an hour."""

NOW = datetime.timedelta()


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    RETRIED = "retried"
    """It will be begun anew, and this start counted."""
    GIVEN_BACK = "given_back"
    """It will be begun anew, as if this start had never been."""
    SUPERSEDED = "superseded"


def attempt(row: "DBTaskResult[..., Any]") -> int:
    """Which start of the job this is, from 1."""
    return len(row.worker_ids)


def succeed(row: "DBTaskResult[..., Any]", value: Any) -> Outcome:
    """`value` must be what JSON can say."""
    return _end(
        row,
        Outcome.DONE,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=value,
        exception_class_path="",
        traceback="",
    )


def fail(row: "DBTaskResult[..., Any]", error: BaseException) -> Outcome:
    """For good: nobody begins it again."""
    return _end(
        row,
        Outcome.FAILED,
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        return_value=None,
        exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback=storable("".join(format_exception(error))),
    )


def retry(
    row: "DBTaskResult[..., Any]",
    error: BaseException,
    *,
    after: datetime.timedelta | None = None,
) -> Outcome:
    """Queue it again for `after` this time, by default after a pause that grows with each start.

    It has failed with `error` instead if this was its last start.
    """
    tried = attempt(row)
    if tried >= MOST_ATTEMPTS:
        return fail(row, error)
    pause = PAUSES[tried - 1] if after is None else after
    return _end(row, Outcome.RETRIED, status=TaskResultStatus.READY, run_after=_in(pause))


def give_back(row: "DBTaskResult[..., Any]") -> Outcome:
    """Another worker may begin it at once."""
    return _end(
        row,
        Outcome.GIVEN_BACK,
        status=TaskResultStatus.READY,
        run_after=_in(NOW),
        worker_ids=row.worker_ids[:-1],
    )


def _in(pause: datetime.timedelta) -> datetime.datetime:
    return timezone.now() + pause


def _end(row: "DBTaskResult[..., Any]", outcome: Outcome, **fields: Any) -> Outcome:
    same_start = DBTaskResult.objects.running().filter(pk=row.pk, started_at=row.started_at)
    if not same_start.update(**fields):
        return Outcome.SUPERSEDED
    for name, value in fields.items():
        setattr(row, name, value)
    return outcome
