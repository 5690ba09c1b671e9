"""A worker that outlives a failover of the database, and leaves nothing half done behind."""

import logging
import sys
import time
from collections.abc import Iterator
from functools import partial
from types import FrameType
from typing import Any

from django.db import connections
from django.db.utils import DataError, Error
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from elearning.db.errors import is_deadlock
from elearning.db.writer_state import writer_state
from elearning.logs import context
from elearning.tasks import job, settling, stopping
from elearning.tasks.backend import log_fields
from elearning.tasks.beating import Beating
from elearning.tasks.grace import Grace
from elearning.tasks.patience import Patience, is_locked, writer_has_gone
from elearning.tasks.queue import GiveUp
from elearning.tasks.reaper import WorkerLost
from elearning.tasks.settling import NOW, Outcome
from elearning.tasks.signals import worker_began

log = logging.getLogger("elearning.tasks")

LEVELS = {
    Outcome.DONE: logging.INFO,
    Outcome.GIVEN_BACK: logging.INFO,
    Outcome.RETRIED: logging.WARNING,
    Outcome.SUPERSEDED: logging.WARNING,
    Outcome.FAILED: logging.ERROR,
}


class Worker(db_worker.Worker):
    """Waits while the writer is away, and goes on where it was.

    A task that the loss interrupted is queued again, as is one that failed: every task of ours
    may be repeated (the check of an upload finds nothing left to do, and a mail that comes
    twice is better than none). Where only its result could not be stored, that alone is tried
    again. Told to stop, it takes no new task, and gives back the one in hand if that does not
    end in time (grace.py). What dead workers had in hand is begun anew (reaper.py).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._grace = Grace()
        self._patience = Patience(lambda: self.running)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """The first word begins the time of grace, the next one ends it."""
        if not self.running:
            self._grace.end()
            return
        self.running = False
        log.info("drain_worker", extra={"in_hand": self.running_task})
        if not self.running_task:
            # It may be asleep.
            sys.exit(0)
        self._grace.begin()

    def run(self) -> None:
        """Until told to stop. Stopped if the writer was away then."""
        beating = Beating(self.worker_id)
        beating.start()
        worker_began.send(type(self))
        log.info("start_worker", extra={"queues": ",".join(self.queue_names)})
        try:
            self._run()
        except stopping.Interrupted:
            # In the very moment in which the job had ended by itself.
            pass
        finally:
            if not self.running:
                self._leave_nothing()
            beating.stop()
            log.info("end_worker")

    def _run(self) -> None:
        # A worker of this name may have died a moment ago.
        self._patience.when_back(partial(self._begin_anew, WorkerLost()))
        while True:
            since = writer_state.generation
            try:
                super().run()
                return
            except Error as error:
                if not (writer_has_gone(error, since) or is_deadlock(error) or is_locked(error)):
                    raise
                self.startup_delay = False
                self._patience.pause()
                # Also what it never knew of, because the answer to its claim was lost.
                self._patience.when_back(partial(self._begin_anew, error))

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Do it once, and settle how that ended. Stopped if it could not be stored."""
        row = db_task_result
        waited = job.waited(row)
        begun = time.monotonic()
        self.running_task = True
        try:
            with context.bind(**log_fields(row)):
                outcome, error = self._attempt(row)
                extra = {"outcome": outcome.value, "ms": _ms(time.monotonic() - begun)}
                extra["waited_ms"] = _ms(waited)
                log.log(LEVELS[outcome], "run_task", extra=extra, exc_info=error)
                if outcome in (Outcome.DONE, Outcome.FAILED):
                    job.tell_end(row)
        finally:
            self.running_task = False
            self._run_tasks += 1

    def _attempt(self, row: DBTaskResult[..., Any]) -> tuple[Outcome, BaseException | None]:
        """How it ended, and its error if it had one of its own."""
        since = writer_state.generation
        try:
            with self._grace.job():
                value = job.call(row)
        except BaseException as error:
            if stopping.stopping():
                # Whatever it raised then, we were the reason.
                return self._give_back(row), None
            if isinstance(error, GiveUp):
                settle = partial(settling.fail, row, error)
            elif isinstance(error, Error) and writer_has_gone(error, since):
                self._patience.pause()
                settle = partial(settling.retry, row, error, after=NOW)
            else:
                settle = partial(settling.retry, row, error)
            return self._patience.when_back(settle), error
        try:
            return self._patience.when_back(partial(settling.succeed, row, value)), None
        except (DataError, ValueError) as error:
            # What it gave, this database cannot keep.
            return self._patience.when_back(partial(settling.retry, row, error)), error

    def _give_back(self, row: DBTaskResult[..., Any]) -> Outcome:
        if self._grace.broke_off:
            # Perhaps in the middle of a statement.
            connections.close_all()
        return self._patience.when_back(partial(settling.give_back, row))

    def _begin_anew(self, error: Exception) -> None:
        """Queue again what this worker had in hand when it met `error`."""
        for row in self._in_hand():
            with context.bind(**log_fields(row)):
                outcome = settling.retry(row, error, after=NOW)
                log.log(LEVELS[outcome], "begin_task_anew", extra={"outcome": outcome.value})
                if outcome is Outcome.FAILED:
                    job.tell_end(row)

    def _leave_nothing(self) -> None:
        """Give back what was claimed in the moment of the word to stop."""
        try:
            for row in self._in_hand():
                settling.give_back(row)
        except Error:
            # It is reaped in a minute.
            log.warning("leave_task")

    def _in_hand(self) -> Iterator[DBTaskResult[..., Any]]:
        for row in DBTaskResult.objects.running().filter(backend_name=self.backend_name):
            if row.worker_ids[-1:] == [self.worker_id]:
                yield row


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
