"""The check of a whole file before anything is published."""

import logging
from typing import IO, Any, cast
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from elearning.uploads import content
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import Reason
from elearning.uploads.signals import settled
from elearning.uploads.stores import Part, PartsDamaged, current_store

log = logging.getLogger(__name__)

QUARANTINE = "quarantine"
"""Keys that nobody is served; what stays behind here after a crash may be removed by age."""
VERIFIED = "verified"


def verify(upload_id: UUID) -> None:
    """Make one file of the parts, look into it, and give the verdict; then drop the parts.

    Safe to run again at any point where it may have died, and twice at a time: the verdict is
    written only while the upload is `uploaded`, the parts go only after it was written.
    """
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        return
    if upload.state == UploadState.UPLOADED:
        _judge(upload)
    elif upload.state in (UploadState.VERIFIED, UploadState.REJECTED):
        with transaction.atomic():
            settled.send(sender=Upload, upload=upload)
    if upload.state not in (UploadState.PENDING, UploadState.UPLOADED):
        current_store().discard(upload.pk)


def _judge(upload: Upload) -> None:
    """From `uploaded` to `verified` or `rejected`; `upload` is fresh afterwards."""
    store = current_store()
    quarantined = f"{QUARANTINE}/{upload.pk}-{uuid4().hex[:8]}"
    parts = [Part(part.number, part.size, part.sha256) for part in upload.parts.all()]
    upload.key = ""
    verdict: dict[str, Any]
    try:
        whole = store.assemble(upload.pk, parts, quarantined)
        upload.key, upload.sha256 = whole.key, whole.sha256
        if whole.size != upload.size or default_storage.size(whole.key) != upload.size:
            raise content.NotAcceptable(Reason.SIZE)
        with default_storage.open(whole.key) as file:
            findings = content.look_into(cast(IO[bytes], file), upload.name)
    except PartsDamaged:
        log.exception("Parts of upload %s are gone or damaged", upload.pk)
        verdict = {"state": UploadState.REJECTED, "reason": Reason.PARTS_DAMAGED.value}
    except content.NotAcceptable as refusal:
        verdict = {
            "state": UploadState.REJECTED,
            "reason": refusal.reason.value,
            "content_type": refusal.content_type,
            "key": upload.key,
            "sha256": upload.sha256,
        }
    except BaseException:
        # Not the file's fault: it stays `uploaded`, the parts stay, the check can run again.
        default_storage.delete(quarantined)
        raise
    else:
        key = f"{VERIFIED}/{upload.pk}"
        store.promote(whole.key, key)
        verdict = {
            "state": UploadState.VERIFIED,
            "reason": "",
            "content_type": findings.content_type,
            "duration_seconds": findings.duration_seconds,
            "page_count": findings.page_count,
            "width": findings.width,
            "height": findings.height,
            "key": key,
            "sha256": whole.sha256,
        }
    with transaction.atomic():
        changed = Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADED).update(
            verified_at=timezone.now(), **verdict
        )
        upload.refresh_from_db()
        if changed:
            settled.send(sender=Upload, upload=upload)
    if not changed:
        # Cancelled, or judged by another worker, while we looked.
        leftover = quarantined if verdict["state"] == UploadState.REJECTED else verdict["key"]
        if leftover != upload.key:
            default_storage.delete(leftover)
