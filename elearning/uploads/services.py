"""The steps of an upload; each settles its races in the database."""

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.uploads import limits, reasons
from elearning.uploads.errors import BrokenOff, Conflict, Incomplete, Refused, StoreFull
from elearning.uploads.formats import EXTENSIONS, extension
from elearning.uploads.models import Upload, UploadPart, UploadState
from elearning.uploads.signals import completed
from elearning.uploads.stores import Part, Readable, TooLong, current_store

__all__ = [
    "BrokenOff",
    "Conflict",
    "Incomplete",
    "Refused",
    "StoreFull",
    "abort",
    "begin",
    "begun",
    "complete",
    "describe",
    "publish",
    "receive_part",
]

_HEX_SHA256 = re.compile(r"[0-9a-f]{64}")

# Endings that people really try, and what helps them on.
_INSTEAD_VIDEO = {".avi", ".wmv", ".mkv", ".flv", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp", ".ts"}
_INSTEAD_OFFICE = {".doc", ".xls", ".ppt", ".docm", ".xlsm", ".pptm", ".odt", ".rtf", ".jtd"}
_INSTEAD_IMAGE = {".heic", ".heif", ".bmp", ".tif", ".tiff", ".svg", ".psd", ".ai"}
_INSTEAD_ARCHIVE = {".zip", ".lzh", ".rar", ".7z", ".gz", ".tar"}


def begin(
    *, owner: Any, category: limits.Category, name: str, size: int, token: str | None = None
) -> Upload:
    """A new upload, `pending`: the parts may come.

    `size` in bytes. `token`: see `begun()`; IntegrityError if the owner has used it before.
    Raises Refused, whose text is for the person, if the name is empty, the ending is not of
    this category, or the file is empty or too large.
    """
    name = limits.clean_name(name)
    if not name:
        raise Refused(_("ファイル名がありません。名前を付けて保存したファイルをお選びください。"))
    if limits.category_of(name) != category:
        raise Refused(_not_taken(name, category))
    if size <= 0:
        raise Refused(
            _("「%(name)s」は中身が空（0 バイト）です。元のファイルをご確認ください。")
            % {"name": name}
        )
    limit = limits.max_bytes(category)
    if size > limit:
        said = {
            "name": name,
            "size": limits.size_in_words(size),
            "limit": limits.size_in_words(limit),
        }
        raise Refused(
            _("「%(name)s」は %(size)s あり、大きすぎます。上限は %(limit)s です。") % said
        )
    return Upload.objects.create(
        owner=owner,
        category=category,
        name=name,
        size=size,
        part_size=settings.UPLOAD_PART_BYTES,
        token=token,
    )


def begun(*, owner: Any, token: str | None) -> Upload | None:
    """What this person's earlier request with the same token began, if there was one.

    A browser whose request got no answer sends it again, and cannot know whether it arrived.
    """
    return Upload.objects.filter(owner=owner, token=token).first() if token else None


def describe(upload: Upload) -> dict[str, Any]:
    """The upload as the browser needs it, ready for JSON.

    `parts` are those that are stored. In `urls.part` the 0 at the end stands for the
    part's number (from 1). `reason` is a sentence if it was rejected, else "".
    """
    return {
        "id": str(upload.pk),
        "name": upload.name,
        "size": upload.size,
        "state": upload.state,
        "part_size": upload.part_size,
        "part_count": upload.part_count,
        "parts": list(upload.parts.order_by("number").values("number", "size", "sha256")),
        "reason": reasons.sentence(upload),
        "urls": {
            "self": reverse("uploads:detail", args=[upload.pk]),
            "part": reverse("uploads:part", args=[upload.pk, 0]),
            "complete": reverse("uploads:complete", args=[upload.pk]),
        },
    }


def receive_part(
    *, upload: Upload, number: int, stream: Readable, claimed_sha256: str = ""
) -> UploadPart:
    """Store part `number` (from 1) from `stream`, whole or not at all.

    Sending the same part again is fine, also at the same time, and also after the upload was
    completed (the first answer may have been lost). Raises BrokenOff if the body ended early,
    Refused if its length or checksum is wrong, Conflict if the upload takes no parts any more,
    StoreFull if there is no room.
    """
    if upload.state not in (UploadState.PENDING, UploadState.UPLOADED):
        raise Conflict(_no_more_parts())
    claimed_sha256 = claimed_sha256.strip().lower()
    if claimed_sha256 and not _HEX_SHA256.fullmatch(claimed_sha256):
        raise Refused(_("チェックサムの書き方が正しくありません。"))
    length = upload.part_length(number)
    store = current_store()
    try:
        part = store.write_part(upload.pk, number, stream, length=length)
    except TooLong as error:
        raise Refused(
            _("届いたデータが長すぎます（%(length)d バイトのはずです）。") % {"length": length}
        ) from error
    except FileNotFoundError as error:
        # Cancelled while the bytes were arriving: its folder is gone.
        raise Conflict(_no_more_parts()) from error

    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        known = UploadPart.objects.filter(upload=locked, number=number).first()
        if claimed_sha256 and claimed_sha256 != part.sha256:
            refusal: Exception | None = Refused(
                _("送る途中でデータが変わってしまいました。もう一度送ってください。")
            )
        elif known and known.sha256 == part.sha256:
            refusal = None
        elif locked.state != UploadState.PENDING:
            refusal = Conflict(_no_more_parts())
        elif not store.has_part(upload.pk, part):
            # Another sender of this very part replaced it in between: the client tries again.
            raise BrokenOff
        else:
            refusal = None
            if known:
                store.drop_part(upload.pk, Part(number, known.size, known.sha256))
            known, _created = UploadPart.objects.update_or_create(
                upload=locked,
                number=number,
                defaults={"size": part.size, "sha256": part.sha256},
            )
        if refusal and not (known and known.sha256 == part.sha256):
            store.drop_part(upload.pk, part)
    if refusal:
        raise refusal
    assert known is not None  # noqa: S101 - every branch above without a refusal set it
    return known


def complete(*, upload: Upload) -> Upload:
    """All parts were sent: `pending` becomes `uploaded`, and the check of the file is queued.

    Doing it twice changes nothing. Raises Incomplete with the missing numbers, or Conflict if
    it was cancelled.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state == UploadState.ABORTED:
            raise Conflict(
                _("このアップロードは取り消されています。はじめからやり直してください。")
            )
        if locked.state != UploadState.PENDING:
            return locked
        there = set(locked.parts.values_list("number", flat=True))
        missing = [n for n in range(1, locked.part_count + 1) if n not in there]
        if missing:
            raise Incomplete(_("まだ届いていない部分があります。続きを送ってください。"), missing)
        changed = Upload.objects.filter(pk=locked.pk, state=UploadState.PENDING).update(
            state=UploadState.UPLOADED, completed_at=timezone.now()
        )
        locked.refresh_from_db()
        if changed:
            completed.send(sender=Upload, upload=locked)
    return locked


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
    """Cancel before the file was checked, and remove its parts; twice is fine.

    Raises Conflict if the file has been checked already.
    """
    cancellable = [UploadState.PENDING, UploadState.UPLOADED, UploadState.ABORTED]
    changed = Upload.objects.filter(pk=upload.pk, state__in=cancellable).update(
        state=UploadState.ABORTED
    )
    if not changed:
        raise Conflict(_("このファイルはもう確認が済んでいるため、取り消せません。"))
    upload.state = UploadState.ABORTED
    transaction.on_commit(lambda: current_store().discard(upload.pk))
    return upload


def _no_more_parts() -> str:
    return _("このアップロードは完了したか取り消されたため、続きを受け取れません。")


def _not_taken(name: str, category: str) -> str:
    ending = extension(name)
    if ending in EXTENSIONS:
        if category == "video":
            return _("「%(name)s」は動画ではありません。動画のファイルをお選びください。") % {
                "name": name
            }
        return _("「%(name)s」は動画です。ここには動画以外のファイルをお選びください。") % {
            "name": name
        }
    if ending in _INSTEAD_VIDEO:
        advice = _("動画編集ソフトなどで MP4（H.264）に書き出してからお選びください。")
    elif ending in _INSTEAD_OFFICE:
        advice = _("PDF か、新しい形式（.docx・.xlsx・.pptx）で保存し直してからお選びください。")
    elif ending in _INSTEAD_IMAGE:
        advice = _("JPEG か PNG で保存し直してからお選びください。")
    elif ending in _INSTEAD_ARCHIVE:
        advice = _("展開（解凍）して、中のファイルを一つずつお選びください。")
    else:
        advice = _("受け付けられる形式：%(accept)s") % {
            "accept": limits.accept(category).replace(",", " ")  # type: ignore[arg-type]
        }
    return _("「%(name)s」の形式は受け付けていません。%(advice)s") % {
        "name": name,
        "advice": advice,
    }
