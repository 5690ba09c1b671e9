"""The check of a whole file before anything is published."""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from elearning.logs import context
from elearning.storage.current import material_storage
from elearning.uploads import content, scanning, services
from elearning.uploads.checksums import checked_sha256
from elearning.uploads.keys import quarantine_key, verified_key
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import Reason
from elearning.uploads.signals import settled
from elearning.uploads.stores import PartsDamaged, current_store

log = logging.getLogger(__name__)


class InAnotherStore(Exception):
    """The parts wait in a store that this site no longer uses; there they can be checked."""


_OPEN = (UploadState.PENDING, UploadState.UPLOADED)


def verify(upload_id: UUID) -> None:
    """Make one file of the parts, look into it, and give the verdict; then drop the parts.

    Safe to run again at any point where it may have died, and twice at a time: the verdict is
    written only while the upload is `uploaded`, the parts go only after it was written. Raises
    scanning.NotScannedYet where a verdict of the malware scan is wanted and has not come.
    """
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        return
    if upload.state == UploadState.UPLOADED:
        with context.bind(upload=upload.pk):
            _judge(upload)
    elif upload.state in (UploadState.VERIFIED, UploadState.REJECTED):
        with transaction.atomic():
            settled.send(sender=Upload, upload=upload)
    if upload.state not in _OPEN:
        if upload.key != quarantine_key(upload):
            material_storage().delete(quarantine_key(upload))
        services.drop_parts(upload)


def _judge(upload: Upload) -> None:
    """From `uploaded` to `verified` or `rejected`; `upload` is fresh afterwards."""
    verdict: dict[str, Any] | None = None
    try:
        verdict = _look_into(upload)
    except content.NotAcceptable as refusal:
        kept = material_storage().exists(quarantine_key(upload))
        verdict = {
            "state": UploadState.REJECTED,
            "reason": refusal.reason.value,
            "content_type": refusal.content_type,
            "key": quarantine_key(upload) if kept else "",
        }
    except FileNotFoundError:
        upload.refresh_from_db()
        if upload.state == UploadState.UPLOADED:
            raise
        # It was cancelled, or another worker was faster: what we looked at is cleared away.
    if verdict is not None:
        _write(upload, verdict)
    if upload.key != verified_key(upload):
        # Refused, or cancelled while we looked: what we, or a try before, had copied is nobody's.
        material_storage().delete(verified_key(upload))


def _write(upload: Upload, verdict: dict[str, Any]) -> None:
    """The verdict, unless the upload has been settled meanwhile; `upload` is fresh afterwards."""
    with transaction.atomic():
        changed = Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADED).update(
            verified_at=timezone.now(), **verdict
        )
        upload.refresh_from_db()
        if changed:
            settled.send(sender=Upload, upload=upload)


def _look_into(upload: Upload) -> dict[str, Any]:
    """The verdict on a file that may be used. Raises NotAcceptable for any other."""
    storage = material_storage()
    store = current_store()
    if upload.place and not store.owns(upload.place):
        raise InAnotherStore(upload.pk)
    quarantined = quarantine_key(upload)
    try:
        store.assemble(upload, quarantined)
    except PartsDamaged as error:
        log.exception("lose_parts")
        raise content.NotAcceptable(Reason.PARTS_DAMAGED) from error
    # Noted before the verdict is read: it is on these bytes, and none that come after them.
    version = storage.version(quarantined)
    scanning.require_clean(quarantined)
    with storage.local_path(quarantined) as path:
        if path.stat().st_size != upload.size:
            raise content.NotAcceptable(Reason.SIZE)
        try:
            sha256 = checked_sha256(upload, path)
        except PartsDamaged as error:
            log.exception("find_parts_damaged")
            raise content.NotAcceptable(Reason.PARTS_DAMAGED) from error
        Upload.objects.filter(pk=upload.pk, state=UploadState.UPLOADED).update(sha256=sha256)
        with path.open("rb") as file:
            findings = content.look_into(file, upload.name)
    storage.copy(
        quarantined, verified_key(upload), content_type=findings.content_type, version=version
    )
    return {
        "state": UploadState.VERIFIED,
        "reason": "",
        "content_type": findings.content_type,
        "duration_seconds": findings.duration_seconds,
        "page_count": findings.page_count,
        "width": findings.width,
        "height": findings.height,
        "key": verified_key(upload),
    }
