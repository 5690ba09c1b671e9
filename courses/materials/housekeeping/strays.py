"""Stored files that no row names."""

import datetime
from collections.abc import Collection, Iterator
from itertools import islice

from django.utils import timezone

from courses.materials.models import Derivative, DerivativeState
from elearning.storage.contract import StoredFile
from elearning.storage.current import material_storage
from elearning.storage.errors import unavailable_said
from elearning.uploads.keys import (
    DERIVED,
    QUARANTINE,
    VERIFIED,
    quarantine_key,
    upload_id_of,
    verified_key,
)
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import Reason

BATCH = 500


def compared_files(older_than: datetime.timedelta) -> Iterator[tuple[StoredFile, bool]]:
    """Each stored file of ours, and whether a row names it.

    Younger files are left out: they may be on their way to a row. The storage is read in
    batches, and rows are looked up by the ids in the keys: it does not matter how many files
    there are. Raises StoreUnavailable.
    """
    until = timezone.now() - older_than
    with unavailable_said():
        for folder in (QUARANTINE, VERIFIED, DERIVED):
            listed = material_storage().list(f"{folder}/")
            old = (file for file in listed if file.modified < until)
            while batch := list(islice(old, BATCH)):
                named = _named({file.key for file in batch})
                yield from ((file, file.key in named) for file in batch)


@unavailable_said()
def remove_stray(file: StoredFile) -> bool:
    """Remove it, unless a row names it by now, or it was stored anew."""
    storage = material_storage()
    try:
        # "Later", for a bucket lists finer times than it tells of a single file.
        changed = storage.get_modified_time(file.key) > file.modified
    except FileNotFoundError:
        return False
    if changed or _named({file.key}):
        return False
    storage.delete(file.key)
    return True


def _named(keys: Collection[str]) -> set[str]:
    """Which of these a row names, or is about to."""
    ids = {upload_id_of(key) for key in keys} - {None}
    named: set[str] = set()
    for upload in Upload.objects.filter(pk__in=ids).only("state", "key", "reason"):
        named.add(upload.key)
        if upload.state in (UploadState.PENDING, UploadState.UPLOADED):
            named.update([quarantine_key(upload), verified_key(upload)])
        if upload.reason == Reason.LOST:
            # It is back, as after the wrong bucket was looked at: perhaps the only one there is.
            named.add(verified_key(upload))
    made_now: set[str] = set()
    for derivative in Derivative.objects.filter(upload__in=ids):
        named.add(derivative.key)
        if derivative.state in (DerivativeState.WAITING, DerivativeState.WORKING):
            made_now.add(f"{DERIVED}/{derivative.upload_id}/{derivative.kind}")
    return {key for key in keys if key in named or key.rpartition(".")[0] in made_now}
