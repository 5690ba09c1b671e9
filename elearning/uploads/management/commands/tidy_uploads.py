"""`manage.py tidy_uploads`: clear away what uploads left behind; to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elearning.storage.errors import StoreRefuses, refusal_said
from elearning.uploads.housekeeping import tidy


class Command(BaseCommand):
    help = (
        "Gives up uploads that were broken off, removes refused files after 7 days, and parts that"
        " no upload names. Exit status 1 if something could not be cleared away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        failed = 0
        try:
            with refusal_said():
                for step in tidy(dry_run=dry_run):
                    self.stdout.write(f"{step.done:>7}  {step.name}")
                    failed += step.failed
        except StoreRefuses as error:
            raise CommandError(str(error)) from error
        if dry_run:
            self.stdout.write("Nothing was changed.")
        if failed:
            raise CommandError(f"{failed} failed; the log says why. The next run tries again.")
