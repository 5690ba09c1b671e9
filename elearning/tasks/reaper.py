"""Jobs whose worker has died are begun anew by another.

Every worker beats, and looks at what is in the hands of all (beating.py). A worker is taken for
dead when its beat was the same in so many looks in a row. So nobody compares clocks, and who
was away himself, frozen or without the database, begins to count anew: he has seen nothing.
"""

import logging
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django_tasks_db.models import DBTaskResult

from elearning.logs import context
from elearning.tasks.backend import log_fields
from elearning.tasks.job import tell_end
from elearning.tasks.models import WorkerBeat
from elearning.tasks.settling import NOW, Outcome, retry

log = logging.getLogger(__name__)

MOST_SILENT_LOOKS = 6
"""One every settings.WORKER_BEAT_SECONDS: a minute."""


class WorkerLost(Exception):
    """The worker that had the job in hand died, or was cut off, before the job had ended."""

    def __init__(self) -> None:
        super().__init__("The worker died, or was cut off, before the job had ended.")


class Reaped(NamedTuple):
    requeued: int = 0
    failed: int = 0
    """Begun so often already that they are given up."""


class _Sight(NamedTuple):
    """What one look shows of a job: if all of it stays as it is, its worker is silent."""

    started_at: datetime | None
    beat_at: datetime | None


class Reaper:
    """One looker. Several at once, in as many processes, do no harm: one of them is first."""

    def __init__(self) -> None:
        self._seen: dict[UUID, tuple[_Sight, int]] = {}

    def reap(self) -> Reaped:
        """Look once, and queue again the jobs of those who were silent for long enough.

        Jobs of a living worker are left alone, however long they take.
        """
        reaped = Reaped()
        seen = {}
        for row, sight in _in_hand():
            before, looks = self._seen.get(row.pk, (sight, 0))
            looks = looks + 1 if sight == before else 1
            if looks < MOST_SILENT_LOOKS:
                seen[row.pk] = (sight, looks)
            else:
                reaped = _counted(reaped, _begin_anew(row))
        self._seen = seen
        return reaped

    def forget(self) -> None:
        """After a look that failed: as long as we see nothing, nobody is silent."""
        self._seen = {}


def _in_hand() -> list[tuple["DBTaskResult[..., Any]", _Sight]]:
    rows = list(DBTaskResult.objects.running().order_by())
    if not rows:
        return []
    beats = dict(WorkerBeat.objects.values_list("worker_id", "beat_at"))
    return [
        (row, _Sight(row.started_at, beats.get(row.worker_ids[-1]) if row.worker_ids else None))
        for row in rows
    ]


def _begin_anew(row: "DBTaskResult[..., Any]") -> Outcome:
    outcome = retry(row, WorkerLost(), after=NOW)
    with context.bind(**log_fields(row)):
        level = logging.ERROR if outcome is Outcome.FAILED else logging.WARNING
        log.log(level, "reap_task", extra={"outcome": outcome.value})
        if outcome is Outcome.FAILED:
            tell_end(row)
    return outcome


def _counted(reaped: Reaped, outcome: Outcome) -> Reaped:
    return Reaped(
        reaped.requeued + (outcome is Outcome.RETRIED), reaped.failed + (outcome is Outcome.FAILED)
    )
