"""`manage.py purge_idempotency_keys`: forget answers that nobody will ask for again."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from elearning.db.idempotency import services

LONGEST = 10 * 365 * 24


class Command(BaseCommand):
    help = "Remove the kept answers to requests that were sent longer ago than this."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="how long they are kept")

    def handle(self, *args: Any, hours: int, **options: Any) -> None:
        if hours < 1:
            raise CommandError("--hours must be 1 or more: repeats may still be on their way.")
        if hours > LONGEST:
            raise CommandError(f"--hours must be {LONGEST} (ten years) or less.")
        removed = services.purge(before=timezone.now() - datetime.timedelta(hours=hours))
        self.stdout.write(f"{removed} removed")
