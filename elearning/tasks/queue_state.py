"""How much waits in the queues, and for how long: for metrics, `/healthz` and the office."""

from typing import NamedTuple

from django.db.models import Case, Count, F, Min, Q, When
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max


class QueueState(NamedTuple):
    queue: str
    ready: int
    """Jobs that could begin now. Those queued for later are not counted."""
    running: int
    """Jobs in a worker's hand, also in that of one that has died and was not noticed yet."""
    oldest_seconds: float
    """For how long the longest-waiting of those that could begin has been able to; 0 if none."""


def queue_state() -> list[QueueState]:
    """One line a queue, in order of name; the queues of TASKS also where they are empty.

    One query, to the writer. Raises django.db.Error like any other.
    """
    now = timezone.now()
    could_begin = Q(status=TaskResultStatus.READY) & (
        Q(run_after=get_date_max()) | Q(run_after__lte=now)
    )
    rows = (
        DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
        .order_by()
        .values("queue_name")
        .annotate(
            ready=Count("pk", filter=could_begin),
            running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
            since=Min(
                Case(
                    # The date that stands for "at once".
                    When(run_after=get_date_max(), then=F("enqueued_at")),
                    default=F("run_after"),
                ),
                filter=could_begin,
            ),
        )
    )
    states = {name: QueueState(name, 0, 0, 0.0) for name in task_backends["default"].queues}
    for row in rows:
        waited = (now - row["since"]).total_seconds() if row["since"] else 0.0
        name = row["queue_name"]
        states[name] = QueueState(name, row["ready"], row["running"], max(0.0, waited))
    return sorted(states.values())
