"""Background work: the only place that knows the queue.

A task takes ids, loads, makes one domain call. It is queued when the transaction
commits, so that a worker never looks for a row that is not there yet.
"""

import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db import DatabaseBackend

__all__ = ["MEDIA", "GiveUp", "enqueue", "enqueue_later", "task"]

MEDIA = "media"
"""The queue of work that takes minutes and hours; all else is in "default"."""


class GiveUp(Exception):
    """Raised by a task: it has failed, and another try would fail as well."""


def enqueue(job: "Task[..., Any]", *args: Any, **kwargs: Any) -> None:
    """Queue `job` with these JSON-able arguments once the open transaction commits."""
    if isinstance(job.get_backend(), DatabaseBackend):
        # A queue in the same database commits with the transaction. Queued only afterwards,
        # the work of a process that dies in between would be forgotten.
        job.enqueue(*args, **kwargs)
    else:
        transaction.on_commit(partial(job.enqueue, *args, **kwargs))


def enqueue_later(delay: datetime.timedelta, job: "Task[..., Any]", *args: Any) -> None:
    """As `enqueue`, but not to run before `delay` has passed; a queue that cannot wait drops it."""
    if job.get_backend().supports_defer:
        enqueue(job.using(run_after=timezone.now() + delay), *args)
