"""`manage.py prepare_database`: all that a release wants of the database before it starts."""

from typing import Any

from django.core.management import call_command
from django.db import connections

from elearning.db.management.commands.migrate import Command as Migrate
from elearning.db.migrating import alone


class Command(Migrate):
    """Takes migrate's options."""

    help = (
        "Migrates, and makes the cache's table. May be run again at any time, and by two at once, "
        "which take turns."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        alias = options["database"]
        # Two at once would both see that there is no table, and both make it.
        with alone(connections[alias], wait_seconds=options["wait_seconds"]):
            call_command("createcachetable", database=alias, verbosity=options["verbosity"])
