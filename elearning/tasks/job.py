"""One start of one job, in the worker's hand."""

from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django_tasks import signals
from django_tasks.base import TaskContext
from django_tasks_db.compat import normalize_json
from django_tasks_db.models import DBTaskResult, get_date_max


def call(row: "DBTaskResult[..., Any]") -> Any:
    """Do the work: what the task gives, as JSON says it. Raises whatever the task raises.

    Also ImportError where this release has no such task: the next one may.
    """
    task, result = row.task, row.task_result
    signals.task_started.send(sender=type(task.get_backend()), task_result=result)
    arguments = [TaskContext(task_result=result)] if task.takes_context else []
    return normalize_json(task.call(*arguments, *result.args, **result.kwargs))


def tell_end(row: "DBTaskResult[..., Any]") -> None:
    """Let those know who listen for jobs that are done, or have failed for good."""
    try:
        result = row.task_result
    except (ImportError, SuspiciousOperation):
        return
    signals.task_finished.send(sender=type(result.task.get_backend()), task_result=result)


def waited(row: "DBTaskResult[..., Any]") -> float:
    """Seconds from when it could have begun until it did."""
    could_begin: datetime = row.enqueued_at if row.run_after == get_date_max() else row.run_after
    began: datetime = row.started_at
    return max(0.0, (began - could_begin).total_seconds())
