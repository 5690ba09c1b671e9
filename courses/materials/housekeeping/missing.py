"""Rows whose stored file is gone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db.models import QuerySet

from courses.materials.models import Derivative, DerivativeState
from elearning.storage.current import material_storage
from elearning.storage.errors import unavailable_said
from elearning.uploads.models import Upload, UploadState

BATCH = 500
AT_ONCE = 16
"""A bucket takes some milliseconds to say whether it has a file, and many questions at once."""

Row = TypeVar("Row", Upload, Derivative)


def stored_uploads() -> QuerySet[Upload]:
    """Every upload that ought to have a file."""
    checked = [UploadState.VERIFIED, UploadState.PUBLISHED, UploadState.REJECTED]
    return Upload.objects.filter(state__in=checked).exclude(key="")


def stored_derivatives() -> QuerySet[Derivative]:
    """Every derivative that ought to have a file; with its upload."""
    ready = Derivative.objects.filter(state=DerivativeState.READY).exclude(key="")
    return ready.select_related("upload")


def without_file(rows: QuerySet[Row]) -> Iterator[Row]:
    """Those of `rows` (stored_…() above) whose file is gone. Raises StoreUnavailable."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for batch in _by_primary_key(rows):
            there = threads.map(_exists, [row.key for row in batch])
            for row, found in zip(batch, there, strict=True):
                if not found and is_without_file(rows, row):
                    yield row


def is_without_file(rows: QuerySet[Row], row: Row) -> bool:
    """Asks once more: it may have been removed, or made anew, since its row was read."""
    return rows.filter(pk=row.pk, key=row.key).exists() and not _exists(row.key)


@unavailable_said()
def _exists(key: str) -> bool:
    return material_storage().exists(key)


def _by_primary_key(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """A batch at a time, without a transaction or a cursor that stays open between them."""
    ordered = rows.order_by("pk")
    batch = list(ordered[:BATCH])
    while batch:
        yield batch
        batch = list(ordered.filter(pk__gt=batch[-1].pk)[:BATCH])
