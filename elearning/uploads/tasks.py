"""The check of a file, outside of any request."""

import datetime
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from elearning.tasks.queue import enqueue, enqueue_later, task
from elearning.uploads import scanning, verification
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.signals import completed

AGAIN_AFTER = datetime.timedelta(minutes=15)
"""Longer than the check of the largest file takes."""
SCANNED_AFTER = datetime.timedelta(minutes=1)
"""How often a file is looked at whose malware scan is waited for."""
AGAIN_FOR = datetime.timedelta(days=1)
"""A file that ends every worker must not do so for ever; after that the office looks at it."""


@task()
def verify_upload(upload_id: str) -> None:
    """Check one upload whose parts are all there.

    The next try is queued before this one begins: a worker that is killed leaves nothing
    else behind, and the teacher would wait for ever. Where this try succeeds, that one finds
    nothing to do.
    """
    since = timezone.now() - AGAIN_FOR
    if Upload.objects.filter(
        pk=upload_id, state=UploadState.UPLOADED, completed_at__gte=since
    ).exists():
        wait = SCANNED_AFTER if settings.REQUIRE_SCAN_TAG else AGAIN_AFTER
        enqueue_later(wait, verify_upload, upload_id)
    # The next try will see whether the scan has come to its verdict.
    with suppress(scanning.NotScannedYet):
        verification.verify(UUID(upload_id))


@receiver(completed)
def queue_verification(sender: object, upload: Upload, **kwargs: Any) -> None:
    """Services may not know tasks, so the check is queued by what they announce."""
    enqueue(verify_upload, str(upload.pk))
