"""What `/healthz` looks at."""

import time
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from elearning.db import monitor
from elearning.db.aliases import WRITER, has_reader
from elearning.db.status import describe
from elearning.db.writer_check import writer_answers
from elearning.health.check import Check, Degraded, Down
from elearning.storage.current import material_storage
from elearning.storage.errors import (
    StoreNotThere,
    StoreRefuses,
    StoreUnavailable,
    unavailable_said,
)
from elearning.tasks.models import WorkerBeat
from elearning.tasks.queue import MEDIA
from elearning.tasks.queue_state import queue_state

FIRST_LOOK = 2.0
"""Seconds that a process which has only just begun waits for what its monitor finds."""
NOTHING_PENDING_GOOD_FOR = 600.0
"""Seconds. The code of a process does not change, but its database may be put back."""


class Writer(Check):
    """A new connection and a query; a server that takes no writes is refused as it connects."""

    name = "writer"
    timeout = timedelta(seconds=5)

    def look(self) -> None:
        if not writer_answers():
            raise Down("no_answer")


class Reader(Check):
    """What the monitor knows of the reader and its lag. Without it the writer serves all."""

    name = "reader"
    timeout = timedelta(seconds=FIRST_LOOK + 1)

    def look(self) -> None:
        if not has_reader():
            return
        monitor.has_looked(within=FIRST_LOOK)
        known = describe()["reader"]
        self.figures = {"lag_seconds": known["lag"]}
        if known["state"] != "in_use":
            raise Degraded(known["state"])


class CacheTable(Check):
    """The table that sign-in counts its failures in; `createcachetable` makes it."""

    name = "cache_table"
    timeout = timedelta(seconds=2)

    def look(self) -> None:
        there = connections[WRITER].introspection.table_names()
        for cache in caches.all():
            if isinstance(cache, BaseDatabaseCache):
                table: str = cache._table  # type: ignore[attr-defined] # its stubs don't have it
                if table not in there:
                    raise Down("missing")


class Migrations(Check):
    """Whether the database is as far as this release's code expects."""

    name = "migrations"
    timeout = timedelta(seconds=9)

    def __init__(self) -> None:
        super().__init__()
        self._looked_at: float | None = None

    def look(self) -> None:
        if (
            self._looked_at is not None
            and time.monotonic() - self._looked_at < NOTHING_PENDING_GOOD_FOR
        ):
            return
        self._looked_at = None
        executor = MigrationExecutor(connections[WRITER])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise Down("pending")
        self._looked_at = time.monotonic()


BEATS_TO_MISS = 6
"""In a row, before a worker counts as gone: clocks may differ, and a database be away."""


class Limits(NamedTuple):
    """Of one queue; the first two in seconds that its oldest job has waited."""

    late: float
    stuck: float
    long: int


# What takes hours itself may wait for hours.
LIMITS = {MEDIA: Limits(late=2 * 3600, stuck=24 * 3600, long=1_000)}
OTHERWISE = Limits(late=5 * 60, stuck=60 * 60, long=10_000)


class Queue(Check):
    """How much waits in each queue, and for how long."""

    name = "queue"
    timeout = timedelta(seconds=3)

    def look(self) -> None:
        states = queue_state()
        self.figures = {
            state.queue: {
                "ready": state.ready,
                "running": state.running,
                "oldest_seconds": round(state.oldest_seconds, 1),
            }
            for state in states
        }
        limits = [(state, LIMITS.get(state.queue, OTHERWISE)) for state in states]
        if any(state.oldest_seconds > limit.stuck for state, limit in limits):
            raise Down("stuck")
        if any(state.oldest_seconds > limit.late for state, limit in limits):
            raise Degraded("late")
        if any(state.ready > limit.long for state, limit in limits):
            raise Degraded("long")


class Workers(Check):
    """Whether anybody works on the queues. A warning: what waits too long for it is the queue's."""

    name = "workers"
    timeout = timedelta(seconds=2)

    def look(self) -> None:
        since = timezone.now() - timedelta(seconds=BEATS_TO_MISS * settings.WORKER_BEAT_SECONDS)
        alive = WorkerBeat.objects.filter(beat_at__gt=since).count()
        self.figures = {"alive": alive}
        if not alive:
            raise Degraded("none_alive")


class Store(Check):
    """One request to the bucket, or one look at the folder, that material is kept in."""

    name = "store"
    timeout = timedelta(seconds=4)

    def look(self) -> None:
        try:
            with unavailable_said():
                material_storage().check()
        except StoreUnavailable as error:
            raise Down("no_answer") from error
        except StoreNotThere as error:
            raise Degraded("missing") from error
        except StoreRefuses as error:
            raise Down("refused") from error
