"""`manage.py recheck_uploads`: queue once more what a worker that died left unchecked."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from elearning.uploads import services
from elearning.uploads.models import Upload, UploadState


class Command(BaseCommand):
    help = "Queue the check of files that have been waiting for it too long."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=int, default=30, help="how long is too long")
        parser.add_argument(
            "--days",
            type=int,
            default=7,
            help="leave older ones alone: a file may be what ends every worker (default: 7)",
        )

    def handle(self, *args: Any, minutes: int, days: int, **options: Any) -> None:
        now = timezone.now()
        waiting = Upload.objects.filter(
            state=UploadState.UPLOADED,
            completed_at__lt=now - datetime.timedelta(minutes=minutes),
            completed_at__gte=now - datetime.timedelta(days=days),
        )
        count = sum(services.recheck(upload=upload) for upload in waiting)
        self.stdout.write(f"{count} queued")
