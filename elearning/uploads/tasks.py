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

SOON = datetime.timedelta(minutes=1)
"""When the store did not answer, or the malware scan has no verdict yet."""
AGAIN_FOR = datetime.timedelta(days=1)
"""How long either is waited for; after that the office looks at it."""


@task()
def verify_upload(upload_id: str) -> None:
    """Check one upload whose parts are all there.

    What only has to be waited for is no failure of this try, and uses none up.
    """
    try:
        with unavailable_said():
            verification.verify(UUID(upload_id))
    except (StoreUnavailable, scanning.NotScannedYet) as reason:
        log.info("verify_again_soon", extra={"upload": upload_id, "error": kind_of(reason)})
        since = timezone.now() - AGAIN_FOR
        if Upload.objects.filter(
            pk=upload_id, state=UploadState.UPLOADED, completed_at__gte=since
        ).exists():
            enqueue_later(SOON, verify_upload, upload_id)


@receiver(completed)
def queue_verification(sender: object, upload: Upload, **kwargs: Any) -> None:
    """Services may not know tasks, so the check is queued by what they announce."""
    enqueue(verify_upload, str(upload.pk))
