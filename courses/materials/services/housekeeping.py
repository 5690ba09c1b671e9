"""What is done about files that are gone, and about those that nothing uses any more."""

import datetime
import uuid
from functools import partial

from django.db import transaction
from django.utils import timezone

from courses.materials.models import Derivative, DerivativeState, Document, ExtractedText, Video
from courses.materials.queries.unused import in_use, kept_files, may_come_back, unused_files
from courses.materials.signals import due
from elearning.storage.current import material_storage
from elearning.storage.errors import unavailable_said
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import Reason

GOOD = (UploadState.VERIFIED, UploadState.PUBLISHED)


@transaction.atomic
def give_up_lost(upload: Upload) -> bool:
    """Its file is gone: say so to the teachers of the activities that held it.

    Students then read that the material is being prepared. A refused file was to go anyway, and
    keeps its reason. False if the row has changed since it was read.
    """
    same = Upload.objects.filter(pk=upload.pk, state=upload.state, key=upload.key)
    if upload.state not in GOOD:
        return bool(same.update(key=""))
    if not same.update(state=UploadState.REJECTED, reason=Reason.LOST.value, key=""):
        return False
    upload.refresh_from_db()
    told: Upload | None = upload
    for model in (Video, Document):
        for material in model.objects.select_for_update().filter(upload=upload):
            material.upload = None
            coming = material.next_upload
            if coming is None or coming.state == UploadState.ABORTED:
                # An upload is awaited by one activity alone.
                material.next_upload = told or _again(upload)
                told = None
            material.save(update_fields=["upload", "next_upload"])
    return True


def _again(upload: Upload) -> Upload:
    """A row more that tells the same of the same file."""
    return Upload.objects.create(
        **{
            field.attname: getattr(upload, field.attname)
            for field in Upload._meta.concrete_fields
            if field.name not in ("id", "token")
        }
        | {"id": uuid.uuid4()}
    )


@transaction.atomic
def make_again(derivative: Derivative) -> bool:
    """Its file is gone: let it be made anew, or forget it where its original is gone as well."""
    same = Derivative.objects.filter(
        pk=derivative.pk, state=DerivativeState.READY, key=derivative.key
    )
    if derivative.upload.state != UploadState.PUBLISHED:
        return bool(same.delete()[0])
    changed = same.update(
        state=DerivativeState.WAITING,
        attempts=0,
        progress=0,
        key="",
        size=0,
        updated_at=timezone.now(),
    )
    if changed:
        due.send(sender=Derivative, derivative=derivative)
    return bool(changed)


def note_unused() -> None:
    """Write down since when nothing uses a file; and that one is in use again."""
    unused_files().filter(unused_since=None).update(unused_since=timezone.now())
    noted = kept_files().exclude(unused_since=None)
    noted.filter(in_use()).update(unused_since=None)


@transaction.atomic
def remove_unused(upload: Upload, *, unused_before: datetime.datetime) -> bool:
    """Remove a file that was found unused before that moment, with all that was made of it.

    Its row stays, cancelled. False, and nothing is done, if it is in use again or may be: what
    is in the bin can be taken out of it.
    """
    unused = unused_files().filter(unused_since__lt=unused_before).exclude(may_come_back())
    if not unused.select_for_update().filter(pk=upload.pk).exists():
        return False
    for model in (Video, Document):
        model.objects.filter(upload=upload).update(upload=None)
    derivatives = Derivative.objects.filter(upload=upload)
    keys = [upload.key, *derivatives.exclude(key="").values_list("key", flat=True)]
    derivatives.delete()
    ExtractedText.objects.filter(upload=upload).delete()
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.ABORTED, key="", unused_since=None)
    transaction.on_commit(partial(_delete, keys))
    return True


@unavailable_said()
def _delete(keys: list[str]) -> None:
    # If the process dies here they are strays, and found as such.
    for key in keys:
        material_storage().delete(key)
