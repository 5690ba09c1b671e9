"""Checked files that no activity holds any more: it has another one now, or is in the bin."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.catalog.queries.outline import bin_since
from courses.materials.models import Document, FileMaterial, Video
from elearning.uploads.models import Upload, UploadState

_UP_TO_COURSE = ("activity", "activity__lesson", "activity__lesson__course")


def kept_files() -> QuerySet[Upload]:
    """Files that were found good and are in the storage, in use or not."""
    return Upload.objects.filter(state__in=[UploadState.VERIFIED, UploadState.PUBLISHED]).exclude(
        key=""
    )


def in_use() -> Q:
    """The condition that an upload is held, or awaited, by an activity that is there."""
    return _held_where(Q(**{f"{part}__deleted_at": None for part in _UP_TO_COURSE}))


def may_come_back() -> Q:
    """The condition that it is in use, or would be if something were taken out of the bin."""
    there = Q()
    for part in _UP_TO_COURSE:
        name = f"{part}__deleted_at"
        there &= Q(**{name: None}) | Q(**{f"{name}__gte": bin_since()})
    return _held_where(there)


def unused_files() -> QuerySet[Upload]:
    return kept_files().exclude(in_use())


def _held_where(there: Q) -> Q:
    held = Q()
    for model in (Video, Document):
        held |= _exists(model, there, upload=OuterRef("pk"))
        held |= _exists(model, there, next_upload=OuterRef("pk"))
    return held


def _exists(model: type[FileMaterial], there: Q, **by: Any) -> Q:
    return Q(Exists(model._default_manager.filter(there, **by)))
