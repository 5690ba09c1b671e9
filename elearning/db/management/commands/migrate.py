"""`manage.py migrate`: Django's own, on a site that goes on meanwhile.

Two at once take turns; who does not get a table within a second lets the others through and
tries again; and an index that takes an hour to build is not taken for a lost connection.
"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections

from elearning.db.errors import is_deadlock
from elearning.db.management.commands.connections import at_least
from elearning.db.migrating import PAUSE, TRIES, Busy, Statements, alone, patient


class Command(Migrate):
    statements: Statements
    under_way = ""
    """The migration, as people call it."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait-seconds",
            type=at_least(0),
            default=600,
            help="how long to wait for another migrate to end (default: %(default)s)",
        )
        parser.add_argument(
            "--lock-seconds",
            type=at_least(1),
            default=1,
            help="how long to wait for a table, and make others wait, at each of"
            f" {TRIES} tries (default: %(default)s)",
        )
        parser.add_argument(
            "--statement-seconds",
            type=at_least(1),
            default=3600,
            help="how long one statement may take (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        limits = {name: options[name] for name in ("lock_seconds", "statement_seconds")}
        with patient(connection, **limits) as self.statements:
            try:
                with alone(connection, wait_seconds=options["wait_seconds"]):
                    super().handle(*args, **options)
            except Busy as busy:
                raise CommandError(str(busy)) from busy
            except OperationalError as error:
                if not is_deadlock(error):
                    raise
                raise CommandError(self.gave_up(connection.vendor)) from error

    def migration_progress_callback(
        self, action: str, migration: Any = None, fake: bool = False
    ) -> None:
        if action in ("apply_start", "unapply_start"):
            self.under_way, self.statements.done = str(migration), 0
        super().migration_progress_callback(action, migration, fake)

    def gave_up(self, vendor: str) -> str:
        where = {"mysql": "SHOW FULL PROCESSLIST", "postgresql": "pg_stat_activity"}[vendor]
        half_done = vendor == "mysql" and self.statements.done
        left = (
            f"{self.statements.done} of its statements are done and stay done: see"
            ' docs/releases.md, "Half done".'
            if half_done
            else "Nothing of it was done."
        )
        tries = f" {TRIES} times, {PAUSE:g} s apart" if vendor == "mysql" else ""
        return (
            f"Gave up at {self.under_way or 'the first look'}: a transaction that does not end"
            f" holds a table that is to be changed (tried{tries or ' once'}). The site went on."
            f" {left} Find the transaction ({where}), end it, and run migrate again."
        )
