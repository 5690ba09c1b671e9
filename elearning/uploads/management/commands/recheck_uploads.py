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

    def handle(self, *args: Any, minutes: int, **options: Any) -> None:
        before = timezone.now() - datetime.timedelta(minutes=minutes)
        waiting = Upload.objects.filter(state=UploadState.UPLOADED, completed_at__lt=before)
        count = sum(services.recheck(upload=upload) for upload in waiting)
        self.stdout.write(f"{count} queued")
