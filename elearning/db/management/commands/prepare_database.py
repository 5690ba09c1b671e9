"""`manage.py prepare_database`: all that a release wants of the database before it starts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from elearning.db.aliases import WRITER
from elearning.db.migration_lock import Taken, migration_lock


class Command(BaseCommand):
    help = (
        "Migrates, and makes the cache's table. May be run again at any time, and by two at once: "
        "the second waits for the first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait",
            type=int,
            default=600,
            metavar="SECONDS",
            help="for another one that is at it (default: 600)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        try:
            with migration_lock(connections[WRITER], seconds=options["wait"]):
                call_command("migrate", interactive=False, verbosity=verbosity)
                call_command("createcachetable", verbosity=verbosity)
        except Taken as error:
            raise CommandError(
                f"Another process is changing the tables, and was not done in {options['wait']} s."
            ) from error
