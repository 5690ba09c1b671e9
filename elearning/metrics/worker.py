"""What a worker tells: its jobs, and how much waits for all workers together."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.utils import Error
from django_tasks import TaskResult, TaskResultStatus

from elearning.logs import context
from elearning.metrics import emitting
from elearning.metrics.counting import counting
from elearning.metrics.emf import Document, Metric, documents
from elearning.tasks.queue_state import queue_state


class Worker:
    """Every worker tells of the same queues, so their metrics are read by their maximum.

    One chosen from among them would have to be chosen again whenever he dies.
    """

    def __init__(self) -> None:
        self._length: defaultdict[str, list[float]] = defaultdict(list)
        self._oldest: defaultdict[str, list[float]] = defaultdict(list)

    def look(self) -> None:
        try:
            states = queue_state()
        except Error:
            return  # the metric is missing, and of the database others tell
        finally:
            # Kept, it would be one more of every worker's.
            connections.close_all()
        for state in states:
            self._length[state.queue].append(state.ready)
            self._oldest[state.queue].append(round(state.oldest_seconds, 1))

    def take(self, at: float) -> Iterator[Document]:
        yield from documents(
            list(_tasks()), dimensions={"service": context.service()}, sets=[["service"]], at=at
        )
        lengths, self._length = self._length, defaultdict(list)
        oldest, self._oldest = self._oldest, defaultdict(list)
        for queue, length in lengths.items():
            yield from documents(
                [
                    Metric("queue_length", "Count", length),
                    Metric("queue_oldest_s", "Seconds", oldest[queue]),
                ],
                dimensions={"queue": queue},
                sets=[["queue"]],
                at=at,
            )


def began(**kwargs: Any) -> None:
    """Receives worker_began."""
    emitting.ensure_running(Worker)


def finished(task_result: "TaskResult[Any]", **kwargs: Any) -> None:
    """Receives task_finished, which is not sent of a job that was given back."""
    counting.task(task_result.status)


def _tasks() -> Iterator[Metric]:
    outcomes = counting.take_tasks()
    if outcomes:
        yield Metric("tasks_done", "Count", [outcomes[TaskResultStatus.SUCCESSFUL]])
        yield Metric("tasks_failed", "Count", [outcomes[TaskResultStatus.FAILED]])
