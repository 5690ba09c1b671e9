"""`manage.py check_migrations`: whether the former release can go on while the new ones run."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader

from elearning.db.migration_check.check import Problem, check
from elearning.db.migration_check.released import NotReadable, all_of_today, read
from elearning.db.migration_check.words import RULES


class Command(BaseCommand):
    help = (
        "Looks at the migrations that are newer than the last release, those of installed packages"
        " too, for what the release that is still running could not live with, and for what locks"
        " a large table. No database is asked. Exit status 1 if there is any. docs/releases.md"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--release",
            metavar="VERSION",
            help="everything that is here is released as this version: write that down",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.RELEASED_MIGRATIONS)
        loader = MigrationLoader(None)
        if loader.detect_conflicts():
            raise CommandError("Two last migrations of one app: manage.py makemigrations --merge.")
        try:
            released = read(path)
            result = check(loader, released, frozenset(settings.SMALL_TABLES))
        except NotReadable as error:
            raise CommandError(str(error)) from error
        for problem in result.problems:
            self.show(problem)
        for idle in result.idle:
            self.stderr.write(f"{idle} is allowed in {path.name}, but nothing needs that.")
        if result.refused or result.idle:
            raise CommandError(f"Not to be rolled out over {released.release}. docs/releases.md")
        number = len(result.migrations)
        self.stdout.write(
            f"{number} migration{'' if number == 1 else 's'} since {released.release}:"
            " it can go on while they run."
        )
        if options["release"]:
            all_of_today(loader, options["release"]).write(path)
            self.stdout.write(f"{path.name} says now that {options['release']} is released.")

    def show(self, problem: Problem) -> None:
        line = f"{problem.migration}: {problem.rule}: {problem.what}"
        if problem.allowed:
            self.stdout.write(f"{line}\n    Allowed: {problem.allowed}")
            return
        rule = RULES[problem.rule]
        self.stderr.write(f"{line}\n    Why: {rule.why}\n    Way out: {rule.way_out}")
