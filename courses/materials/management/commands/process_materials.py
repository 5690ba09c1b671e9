"""`manage.py process_materials`: what published files lack, made now."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.materials import services
from elearning.uploads.models import Upload, UploadState


class Command(BaseCommand):
    help = (
        "Queues whatever is still to be made of published files: after an update, or once "
        "ffmpeg is there. May be run at any time, and twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        published = Upload.objects.filter(state=UploadState.PUBLISHED).order_by("created_at")
        files = queued = 0
        for upload in published.iterator(chunk_size=200):
            planned = services.plan_processing(upload)
            files += bool(planned)
            queued += planned
        self.stdout.write(f"{queued} steps queued, for {files} of {published.count()} files.")
