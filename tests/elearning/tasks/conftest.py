"""A worker inside the test, in its one thread and its one transaction."""

import logging

import pytest
from django_tasks_db.management.commands import db_worker

from elearning.logs import context
from elearning.tasks import stopping, worker
from elearning.tasks.worker import Worker


class NoBeating:
    """No thread: it would have a connection of its own, to a database that this test is in."""

    def __init__(self, worker_id: str) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


@pytest.fixture
def alone(db, settings, monkeypatch):
    """The queue is the database, and workers may be run in this very thread."""
    settings.TASKS = {"default": {"BACKEND": "elearning.tasks.backend.Backend"}}
    monkeypatch.setattr(worker, "Beating", NoBeating)
    # It would end the test's own transaction.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    yield
    stopping.tell(stop=False)
    context.set_service("command")
    # The command silences it for its whole process.
    logging.getLogger("django_tasks_db").setLevel(logging.NOTSET)


@pytest.fixture
def worker_of(alone):
    """`worker_of(name)`; it ends when there is nothing to do."""

    def worker_of(worker_id: str) -> Worker:
        return Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[],
        )

    return worker_of
