"""How many connections to the databases there can be at most: `manage.py connections`.

Django keeps one connection a thread and alias. gunicorn's gthread workers answer requests in
`threads` threads and nowhere else; their master loads the site without a query. Each of
their processes has a monitor besides, if there is a reader, with one more connection to each
database; and one more to the writer while `/healthz` is asked. A worker has one thread for its
task, one that shows it is alive, and one that looks at the queues for the metrics: all three
ask the writer.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.db.utils import Error

from elearning.db.aliases import has_reader

DEPLOYING = 2
"""Times the tasks, while the new ones have begun and the old ones have not ended."""

WORKER_THREADS = 3
"""Those of a worker that have a connection to the writer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs: tasks are containers, or whatever else begins a gunicorn or `manage.py work`."""

    web_tasks: int = 1
    worker_tasks: int = 1
    processes: int = 1
    """gunicorn's workers in one web task."""
    threads: int = 1
    """Of each of them."""
    reader: bool = False
    """Whether there is a reader; without one there is no monitor either."""
    deploying: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Connections to each database."""

    writer: int
    reader: int

    def __add__(self, other: "Need") -> "Need":
        return Need(self.writer + other.writer, self.reader + other.reader)

    @property
    def both(self) -> int:
        """On the server that both addresses lead to after a failover."""
        return self.writer + self.reader


RESERVE = Need(writer=5, reader=1)
"""For migrate, a console, the scheduler, the replica and whoever looks after it."""


def configured() -> Plan:
    """One web task and one worker task, as this process's settings would begin them."""
    return Plan(processes=settings.WEB_PROCESSES, threads=settings.WEB_THREADS, reader=has_reader())


def web(plan: Plan) -> Need:
    monitor = 1 if plan.reader else 0
    writer = _tasks(plan.web_tasks, plan) * plan.processes * (plan.threads + monitor)
    return Need(writer, writer if plan.reader else 0)


def health(plan: Plan) -> Need:
    """One of each process, while it is asked: elearning/health/rounds.py asks in one line."""
    return Need(_tasks(plan.web_tasks, plan) * plan.processes, 0)


def worker(plan: Plan) -> Need:
    """No task of ours asks for the reader. With one that does (`with reader():`), a worker has
    a connection to it and its monitor's two as well."""
    return Need(_tasks(plan.worker_tasks, plan) * WORKER_THREADS, 0)


def reserve(plan: Plan) -> Need:
    return Need(RESERVE.writer, RESERVE.reader if plan.reader else 0)


def serving(plan: Plan) -> Need:
    """What the site and its worker may have open, without the reserve."""
    return web(plan) + health(plan) + worker(plan)


def needed(plan: Plan) -> Need:
    return serving(plan) + reserve(plan)


def _tasks(tasks: int, plan: Plan) -> int:
    return tasks * DEPLOYING if plan.deploying else tasks


# By vendor; SQLite knows no limit.
ASK = {
    # 0 stands for no limit of one's own.
    "mysql": (
        "SELECT LEAST(@@max_connections,"
        " IF(@@max_user_connections > 0, @@max_user_connections, @@max_connections))"
    ),
    "postgresql": (
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int"
    ),
}


def limit_of(alias: str) -> int | None:
    """How many connections the server lets us have; None if it does not answer or has no limit."""
    connection = connections[alias]
    if connection.vendor not in ASK:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(ASK[connection.vendor])
            (limit,) = cursor.fetchone()
    except Error:
        return None
    return int(limit)
