"""`manage.py work`: django_tasks_db's db_worker, outliving a failover of the database."""

import logging
from argparse import ArgumentParser
from typing import Any

from django_tasks_db.management.commands import db_worker

from elearning.logs import context
from elearning.tasks.worker import Worker


class Command(db_worker.Command):
    """Takes the same options.

    It works on every queue unless told which: one worker alone must leave nothing undone.
    """

    help = "Runs tasks from the queues until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(queue_name="*")

    def configure_logging(self, verbosity: int) -> None:
        """The settings do. What its own loop says, our worker says in its own way."""
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)

    def handle(self, **options: Any) -> None:
        context.set_service("worker")
        # It makes its worker by this name, and has no other way to be given one.
        db_worker.Worker = Worker  # type: ignore[misc]
        super().handle(**options)
