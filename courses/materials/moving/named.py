"""The stored files that rows name: what is moved, and what must be true of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import Count, Model, Q, QuerySet, Sum

from courses.materials.models import Derivative, DerivativeState, Document, Video
from elearning.uploads.models import Upload, UploadState

ROWS_AT_ONCE = 500
_SETTLED = (UploadState.PUBLISHED, UploadState.VERIFIED, UploadState.REJECTED)
_UNDER_WAY = (UploadState.PENDING, UploadState.UPLOADED)

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One file as its row describes it.

    `size` in bytes is None, and `sha256` (hex) "", where the row does not know: of what was
    made from a file there is no SHA-256, of a file refused for its size neither.
    """

    row: tuple[type[Model], Any]
    """The model and the primary key of the row."""
    upload_id: UUID
    key: str
    name: str
    content_type: str
    size: int | None
    sha256: str


def named_files() -> Iterator[NamedFile]:
    """All of them; rows that come while they are read may be among them or not."""
    for upload in _by_primary_key(_uploads()):
        yield _of_upload(upload)
    for derivative in _by_primary_key(_derivatives().select_related("upload")):
        yield _of_derivative(derivative)


def total() -> tuple[int, int]:
    """How many there are, and their bytes, as the rows have it."""
    found = [
        rows.aggregate(count=Count("pk"), size=Sum("size")) for rows in (_uploads(), _derivatives())
    ]
    return sum(each["count"] for each in found), sum(each["size"] or 0 for each in found)


def uploads_under_way() -> int:
    """Uploads whose bytes have no place of their own yet, and are not moved."""
    return Upload.objects.filter(state__in=_UNDER_WAY).count()


def is_still_named(file: NamedFile) -> bool:
    """Whether the row is there and describes the file as it did."""
    _drop_lost_connections()
    model, key = file.row
    if model is Upload:
        return any(_of_upload(row) == file for row in _uploads().filter(pk=key))
    rows = _derivatives().filter(pk=key).select_related("upload")
    return any(_of_derivative(row) == file for row in rows)


def in_words(file: NamedFile) -> str:
    """Where people meet the file: "course › lesson › activity: name", or who has sent it."""
    _drop_lost_connections()
    used = Q(upload=file.upload_id) | Q(next_upload=file.upload_id)
    places = [
        f"{material.activity.lesson.course} › {material.activity.lesson} › {material.activity}"
        for model in (Video, Document)
        for material in model._default_manager.filter(used).select_related(
            "activity__lesson__course"
        )
    ]
    if not places:
        owner = Upload.objects.select_related("owner").get(pk=file.upload_id).owner
        places = [f"not used by any activity, sent by {owner}"]
    return f"{', '.join(places)}: {file.name}"


def _uploads() -> QuerySet[Upload]:
    return Upload.objects.filter(state__in=_SETTLED).exclude(key="")


def _derivatives() -> QuerySet[Derivative]:
    return Derivative.objects.filter(state=DerivativeState.READY).exclude(key="")


def _of_upload(upload: Upload) -> NamedFile:
    # What was refused before its SHA-256 was known may have been refused for its size.
    checked = upload.state != UploadState.REJECTED or upload.sha256
    return NamedFile(
        row=(Upload, upload.pk),
        upload_id=upload.pk,
        key=upload.key,
        name=upload.name,
        content_type=upload.content_type or "application/octet-stream",
        size=upload.size if checked else None,
        sha256=upload.sha256,
    )


def _of_derivative(derivative: Derivative) -> NamedFile:
    return NamedFile(
        row=(Derivative, derivative.pk),
        upload_id=derivative.upload_id,
        key=derivative.key,
        name=f"{derivative.upload.name} ({derivative.kind})",
        content_type=derivative.content_type or "application/octet-stream",
        size=derivative.size or None,
        sha256="",
    )


def _drop_lost_connections() -> None:
    """Nobody else does in a command; while a large file moves, one may end."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _by_primary_key(rows: QuerySet[Row]) -> Iterator[Row]:
    """Page by page: hours pass between the first and the last, too long for one query."""
    page: list[Row] = []
    while True:
        _drop_lost_connections()
        rest = rows.filter(pk__gt=page[-1].pk) if page else rows
        page = list(rest.order_by("pk")[:ROWS_AT_ONCE])
        if not page:
            return
        yield from page
