"""The check of a file, outside of any request."""

import datetime
import logging
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from elearning.logs.errors import kind_of
from elearning.storage.errors import StoreUnavailable, unavailable_said
from elearning.tasks.queue import enqueue, enqueue_later, task
from elearning.uploads import scanning, verification
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.signals import completed

log = logging.getLogger(__name__)

AGAIN_AFTER = datetime.timedelta(minutes=15)
"""Longer than the check of the largest file takes."""
SOON = datetime.timedelta(minutes=1)
"""When the store did not answer, or the malware scan has no verdict yet."""
SOON_TRIES = 14
"""As many as there is room for until the next try of its own."""
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
        enqueue_later(AGAIN_AFTER, verify_upload, upload_id)
    _verify(upload_id, SOON_TRIES)


@task()
def verify_soon(upload_id: str, tries: int) -> None:
    """Check it between two tries of `verify_upload`, `tries` times at most."""
    _verify(upload_id, tries)


def _verify(upload_id: str, tries: int) -> None:
    try:
        with unavailable_said():
            verification.verify(UUID(upload_id))
    except (StoreUnavailable, scanning.NotScannedYet) as reason:
        log.info("verify_again_soon", extra={"upload": upload_id, "error": kind_of(reason)})
        if tries:
            enqueue_later(SOON, verify_soon, upload_id, tries - 1)


@receiver(completed)
def queue_verification(sender: object, upload: Upload, **kwargs: Any) -> None:
    """Services may not know tasks, so the check is queued by what they announce."""
    enqueue(verify_upload, str(upload.pk))
