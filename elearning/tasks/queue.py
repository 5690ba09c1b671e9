"""Background work: the only place that knows the queue.

A task takes ids, loads, makes one domain call. It is queued when the transaction
commits, so that a worker never looks for a row that is not there yet.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task
from django_tasks.base import Task

__all__ = ["enqueue", "task"]


def enqueue(job: "Task[..., Any]", *args: Any, **kwargs: Any) -> None:
    """Queue `job` with these JSON-able arguments once the open transaction commits."""
    transaction.on_commit(partial(job.enqueue, *args, **kwargs))
