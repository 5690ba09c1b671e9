"""`manage.py work`: django_tasks_db's db_worker, outliving a failover of the database."""

from typing import Any

from django_tasks_db.management.commands import db_worker

from elearning.tasks.worker import Worker


class Command(db_worker.Command):
    """Takes the same options."""

    help = "Runs tasks from the queue until it is told to stop."

    def handle(self, **options: Any) -> None:
        # It makes its worker by this name, and has no other way to be given one.
        db_worker.Worker = Worker  # type: ignore[misc]
        super().handle(**options)
