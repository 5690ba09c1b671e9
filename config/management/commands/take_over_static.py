"""`manage.py take_over_static`: keep the static files of former releases reachable."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from elearning.static_releases import take_over


class Command(BaseCommand):
    help = (
        "Copies into STATIC_ROOT, after collectstatic, what former releases had there. "
        "The Dockerfile runs it on every build."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("former", type=Path, help="STATIC_ROOT of the release before")
        parser.add_argument(
            "--releases", type=int, default=3, help="how many of them are kept (default: 3)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take_over(
                options["former"], Path(settings.STATIC_ROOT), releases=options["releases"]
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{taken} static files of former releases are kept.")
