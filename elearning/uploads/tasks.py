"""The check of a file, outside of any request."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from elearning.tasks.queue import enqueue, task
from elearning.uploads import verification
from elearning.uploads.models import Upload
from elearning.uploads.signals import completed


@task()
def verify_upload(upload_id: str) -> None:
    """Check one upload whose parts are all there."""
    verification.verify(UUID(upload_id))


@receiver(completed)
def queue_verification(sender: object, upload: Upload, **kwargs: Any) -> None:
    """Services may not know tasks, so the check is queued by what they announce."""
    enqueue(verify_upload, str(upload.pk))
