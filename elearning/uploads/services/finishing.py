"""An upload ends: complete, in use, or cancelled."""

import logging
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.storage.current import material_storage
from elearning.storage.errors import StoreUnavailable, unavailable_said
from elearning.uploads.errors import Conflict, Incomplete
from elearning.uploads.keys import quarantine_key
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.services.parts import stored_parts
from elearning.uploads.signals import completed
from elearning.uploads.stores import current_store

log = logging.getLogger(__name__)


def complete(*, upload: Upload) -> Upload:
    """All parts were sent: `pending` becomes `uploaded`, and the check of the file is queued.

    Doing it twice changes nothing. Raises Incomplete with the missing numbers, or Conflict if
    it was cancelled.
    """
    upload.refresh_from_db()
    if upload.state == UploadState.PENDING:
        there = {part.number for part in stored_parts(upload)}
        missing = [n for n in range(1, upload.part_count + 1) if n not in there]
        if missing:
            raise Incomplete(_("まだ届いていない部分があります。続きを送ってください。"), missing)
    with transaction.atomic():
        changed = Upload.objects.filter(pk=upload.pk, state=UploadState.PENDING).update(
            state=UploadState.UPLOADED, completed_at=timezone.now()
        )
        upload.refresh_from_db()
        if upload.state == UploadState.ABORTED:
            raise Conflict(
                _("このアップロードは取り消されています。はじめからやり直してください。")
            )
        if changed:
            completed.send(sender=Upload, upload=upload)
    return upload


def recheck(*, upload: Upload) -> bool:
    """Queue the check of an `uploaded` file once more (the worker died); False if not needed."""
    with transaction.atomic():
        if upload.state not in (UploadState.UPLOADED, UploadState.VERIFIED):
            return False
        completed.send(sender=Upload, upload=upload)
    return True


def publish(upload: Upload) -> bool:
    """`verified` becomes `published`: it is in use now. False if it was not `verified`."""
    changed = Upload.objects.filter(pk=upload.pk, state=UploadState.VERIFIED).update(
        state=UploadState.PUBLISHED
    )
    if changed:
        upload.state = UploadState.PUBLISHED
    return bool(changed)


def abort(upload: Upload) -> Upload:
    """Cancel before the file was checked, and remove what came of it; twice is fine.

    Raises Conflict if the file has been checked already.
    """
    cancellable = [UploadState.PENDING, UploadState.UPLOADED, UploadState.ABORTED]
    changed = Upload.objects.filter(pk=upload.pk, state__in=cancellable).update(
        state=UploadState.ABORTED
    )
    if not changed:
        raise Conflict(_("このファイルはもう確認が済んでいるため、取り消せません。"))
    upload.state = UploadState.ABORTED
    transaction.on_commit(partial(drop_parts, upload))
    return upload


def drop_parts(upload: Upload) -> bool:
    """Have the store forget the parts of an upload that needs them no more.

    False if the store does not answer now: `place` then stays, and housekeeping comes back.
    """
    try:
        with unavailable_said():
            current_store().discard(upload)
            if upload.state == UploadState.ABORTED:
                material_storage().delete(quarantine_key(upload))
    except StoreUnavailable:
        log.warning("keep_parts", extra={"upload": upload.pk})
        return False
    Upload.objects.filter(pk=upload.pk).update(place="")
    return True
