"""The thread in a worker that shows it is alive, and looks after those that are not."""

import datetime
import logging
import threading

from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models import Q
from django.db.utils import Error
from django.utils import timezone

from elearning.tasks.models import WorkerBeat
from elearning.tasks.reaper import Reaper

log = logging.getLogger(__name__)

KEEP = datetime.timedelta(days=1)
"""How long the last beat of a worker that died is kept, for whoever asks what happened."""

LAST_BEAT = 5.0
"""Seconds that a worker that ends waits for this thread, which may be asking the database."""


class Beating:
    """A thread of its own, for a job may take hours and asks nobody.

    It has one connection to the writer, which `manage.py connections` counts.
    """

    def __init__(self, worker_id: str) -> None:
        self._worker_id = worker_id
        self._reaper = Reaper()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it; the worker's beat is forgotten, if the database can be told."""
        self._stop.set()
        self._thread.join(LAST_BEAT)

    def _run(self) -> None:
        while True:
            self._look_around()
            if self._stop.wait(settings.WORKER_BEAT_SECONDS):
                break
        try:
            forget(self._worker_id)
        except Error:
            log.info("leave_beat")
        finally:
            connections.close_all()

    def _look_around(self) -> None:
        try:
            close_old_connections()
            beat(self._worker_id)
            self._reaper.reap()
        except Error:
            # The writer is away, which others tell.
            self._reaper.forget()
        except Exception:
            # One that nobody foresaw must not end it: the worker would be taken for dead.
            log.exception("fail_to_beat")
            self._reaper.forget()


def beat(worker_id: str) -> None:
    """Show that this worker is alive."""
    now = timezone.now()
    if not WorkerBeat.objects.filter(worker_id=worker_id).update(beat_at=now):
        WorkerBeat.objects.create(worker_id=worker_id, beat_at=now)


def forget(worker_id: str) -> None:
    """This worker ends; with it those are forgotten that died long ago."""
    long_ago = timezone.now() - KEEP
    WorkerBeat.objects.filter(Q(worker_id=worker_id) | Q(beat_at__lt=long_ago)).delete()
