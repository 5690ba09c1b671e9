"""The queue in the database, with the request that caused each job."""

from typing import TYPE_CHECKING, Any

from django_tasks.base import Task
from django_tasks_db import DatabaseBackend
from django_tasks_db.compat import normalize_json

from elearning.logs import context

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

CAUSE = ("request_id", "trace_id", "user")
"""What a job keeps of the log fields of whoever queued it."""


class Backend(DatabaseBackend):
    """Keeps the cause in `args_kwargs["cause"]`, which only the worker's log looks at.

    A job that queues another hands its own cause on. One that no request caused has none.
    """

    def _task_to_db_task(
        self, task: "Task[..., Any]", args: Any, kwargs: Any
    ) -> "DBTaskResult[..., Any]":
        # The tasks' decorator wants a backend before there are models.
        from django_tasks_db.models import DBTaskResult

        # As the class above does, which leaves no room for more in `args_kwargs`.
        return DBTaskResult.objects.create(  # type: ignore[misc] # run_after: a signal fills it in
            id=self._get_id(),
            args_kwargs=normalize_json({"args": args, "kwargs": kwargs, **_cause()}),
            priority=task.priority,
            task_path=task.module_path,
            queue_name=task.queue_name,
            run_after=task.run_after,
            backend_name=self.alias,
        )


def log_fields(row: "DBTaskResult[..., Any]") -> dict[str, Any]:
    """What every line about this start of a job carries, with the request that caused it.

    There is none of a job that an earlier release has queued.
    """
    cause = row.args_kwargs.get("cause", {})
    return {
        **{name: cause[name] for name in CAUSE if name in cause},
        "task": row.task_path,
        "task_id": str(row.pk),
        "attempt": len(row.worker_ids),
    }


def _cause() -> dict[str, dict[str, str]]:
    fields = context.current()
    cause = {name: fields[name] for name in CAUSE if fields.get(name)}
    return {"cause": cause} if cause else {}
