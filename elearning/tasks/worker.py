"""A worker that outlives a failover of the database."""

import logging
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from django.db.utils import Error
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from elearning.db.errors import fault_of
from elearning.db.writer_state import writer_state
from elearning.tasks import stopping
from elearning.tasks.signals import worker_began

log = logging.getLogger("elearning.tasks")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 3.0
"""Seconds between two tries while the writer is away; each pause is twice the one before."""

WELL_AGAIN = 30.0
"""After so many seconds without a pause the next one is the first again."""

MOST_ATTEMPTS = 5
"""So many starts of one task at most: it may itself be what ends the connection."""


class Stopped(SystemExit):
    """Told to stop while the writer was away. What was in hand stays RUNNING."""


class Worker(db_worker.Worker):
    """Waits while the writer is away, and goes on where it was.

    A task that the loss interrupted is queued again: every task of ours may be repeated (the
    check of an upload finds nothing left to do, and a mail that comes twice is better than
    none). Where only its result could not be stored, that alone is tried again. What other
    workers have in hand is left alone, also if they have died.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        stopping.tell(stop=False)
        self._next_pause = FIRST_PAUSE
        self._paused_at = 0.0

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stopping.tell()
        super().shutdown(signum, frame)

    def run(self) -> None:
        worker_began.send(type(self))
        while True:
            since = writer_state.generation
            try:
                super().run()
                return
            except Error as error:
                if not _writer_has_gone(error, since):
                    raise
                self.startup_delay = False
                self._pause()
                self._when_writer_is_back(partial(self._settle, error))

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """As Django Tasks does, but a lost writer is no failure of the task: raises its error."""
        since = writer_state.generation
        store_success, store_failure = db_task_result.set_successful, db_task_result.set_failed

        def set_successful(value: Any) -> None:
            self._when_writer_is_back(partial(store_success, value))

        def set_failed(error: BaseException) -> None:
            if isinstance(error, Stopped):
                raise error
            if isinstance(error, Error) and _writer_has_gone(error, since):
                raise error
            self._when_writer_is_back(partial(store_failure, error))

        db_task_result.set_successful = set_successful
        db_task_result.set_failed = set_failed
        super().run_task(db_task_result)

    def _when_writer_is_back(self, work: Callable[[], None]) -> None:
        """Do it, at once if the writer is there. Stopped if told to stop before it could be."""
        told = False
        while True:
            since = writer_state.generation
            try:
                return work()
            except Error as error:
                if not _writer_has_gone(error, since):
                    raise
                if not self.running:
                    raise Stopped from error
                if not told:
                    log.warning("Waiting for the writer, worker_id=%s: %s", self.worker_id, error)
                    told = True
            self._pause()

    def _pause(self) -> None:
        """A little longer each time: a server that just came back may go again."""
        if not self.running:
            return
        if time.monotonic() - self._paused_at > WELL_AGAIN:
            self._next_pause = FIRST_PAUSE
        time.sleep(self._next_pause)
        self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)
        self._paused_at = time.monotonic()

    def _settle(self, error: Error) -> None:
        """Queue again what this worker had in hand when it met `error`.

        Also what it never knew of, because the answer to its claim was lost.
        """
        for result in DBTaskResult.objects.running().filter(backend_name=self.backend_name):
            if result.worker_ids[-1:] != [self.worker_id]:
                continue
            if len(result.worker_ids) >= MOST_ATTEMPTS:
                log.error("Task id=%s lost the writer each of %d times", result.id, MOST_ATTEMPTS)
                result.set_failed(error)
                continue
            mine = DBTaskResult.objects.running().filter(pk=result.pk, started_at=result.started_at)
            if mine.update(status=TaskResultStatus.READY):
                log.warning("Task id=%s is queued again: %s", result.id, error)


def _writer_has_gone(error: Error, since: int) -> bool:
    """`since`: the generation of connections before what met the error.

    Not every driver says so by a code. But every such error makes the back end either take the
    writer for down or begin a new generation.
    """
    return fault_of(error) is not None or writer_state.down or writer_state.generation != since
