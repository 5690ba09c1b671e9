"""The parts of an upload: announced, sent, and which of them are there."""

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from elearning.uploads.errors import Conflict, FileChanged, Refused
from elearning.uploads.models import Upload, UploadPart, UploadState
from elearning.uploads.stores import PlaceGone, Target, current_store
from elearning.uploads.stores.local import LocalStore, Part, Readable, TooLong

_HEX_SHA256 = re.compile(r"[0-9a-f]{64}")
_TAKING = (UploadState.PENDING, UploadState.UPLOADED)
"""A part may come once more after the upload was completed: the first answer may be lost."""


def announce_part(*, upload: Upload, number: int, sha256: str) -> Target:
    """Bind part `number` (from 1) to its SHA-256 (hex), and say where and how to send it.

    `sha256` is "" where the browser can compute none. Announcing the same again is fine: a link
    may have expired. Raises Refused if the checksum is none, FileChanged if another one was
    announced before, Conflict if the upload takes no parts any more.
    """
    if upload.state != UploadState.PENDING:
        raise Conflict(_no_more_parts())
    store = current_store()
    sha256 = _checked(sha256)
    if sha256:
        _bind(upload, number, sha256)
    elif not isinstance(store, LocalStore):
        raise Refused(
            _(
                "このブラウザではファイルの検査に必要な計算ができません。"
                "アドレスが https:// で始まるページから、もう一度お試しください。"
            )
        )
    _touch(upload)
    if not store.owns(upload.place):
        _take_place(upload, store.open(upload))
    return store.target(upload, number, sha256)


def stored_parts(upload: Upload) -> list[UploadPart]:
    """The parts that are there, by number.

    While they are arriving the store is asked, so a part that it lost counts as missing.
    """
    announced = upload.parts.order_by("number")
    if upload.state != UploadState.PENDING:
        return list(announced)
    store = current_store()
    if not store.owns(upload.place):
        return []
    try:
        numbers = store.stored(upload)
    except PlaceGone:
        # What is announced next is given a new place. Of an upload that was completed meanwhile,
        # the worker has made one file, and still wants to know where.
        lost = Upload.objects.filter(pk=upload.pk, place=upload.place, state=UploadState.PENDING)
        lost.update(place="")
        return []
    return [part for part in announced if part.number in numbers]


def receive_part(
    *, upload: Upload, number: int, stream: Readable, claimed_sha256: str = ""
) -> UploadPart:
    """Store part `number` (from 1) from `stream` on this disk, whole or not at all.

    Sending the same part again is fine, also at the same time, and also after the upload was
    completed (the first answer may have been lost). Raises BrokenOff if the body ended early,
    Refused if its length or checksum is wrong, FileChanged if it is not what was announced,
    Conflict if the upload takes no parts any more, StoreFull if there is no room.
    """
    if upload.state not in _TAKING:
        raise Conflict(_no_more_parts())
    claimed = _checked(claimed_sha256)
    store = current_store()
    if not isinstance(store, LocalStore):
        raise Conflict(_no_more_parts())
    length = upload.part_length(number)
    try:
        part = store.write_part(upload, number, stream, length=length)
    except TooLong as error:
        raise Refused(
            _("届いたデータが長すぎます（%(length)d バイトのはずです）。") % {"length": length}
        ) from error
    except FileNotFoundError as error:
        # Cancelled while the bytes were arriving: its folder is gone.
        raise Conflict(_no_more_parts()) from error
    try:
        return _accept(upload, part, claimed)
    except (Refused, Conflict):
        wanted = Upload.objects.filter(
            pk=upload.pk, state__in=_TAKING, parts__number=number, parts__sha256=part.sha256
        )
        if not wanted.exists():
            store.drop_part(upload, part)
        raise


def _accept(upload: Upload, part: Part, claimed: str) -> UploadPart:
    if claimed and claimed != part.sha256:
        raise Refused(_("送る途中でデータが変わってしまいました。もう一度送ってください。"))
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        known = locked.parts.filter(number=part.number).first()
        late = known is None and locked.state != UploadState.PENDING
        if late or locked.state not in _TAKING:
            raise Conflict(_no_more_parts())
        if not locked.place:
            _take_place(locked, current_store().open(locked))
        return _bind(locked, part.number, part.sha256)


def _bind(upload: Upload, number: int, sha256: str) -> UploadPart:
    part, _created = UploadPart.objects.get_or_create(
        upload=upload,
        number=number,
        defaults={"size": upload.part_length(number), "sha256": sha256},
    )
    if part.sha256 != sha256:
        raise FileChanged(
            _(
                "送っている途中でファイルの中身が変わりました。"
                "いったん取り消して、はじめから送り直してください。"
            )
        )
    return part


def _take_place(upload: Upload, place: str) -> None:
    """Of two that open a place at once the first has it; the other's is given back."""
    Upload.objects.filter(pk=upload.pk, place=upload.place).update(place=place)
    upload.refresh_from_db(fields=["place"])
    if upload.place != place:
        current_store().discard(upload, place)


def _touch(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())


def _checked(sha256: str) -> str:
    sha256 = sha256.strip().lower()
    if sha256 and not _HEX_SHA256.fullmatch(sha256):
        raise Refused(_("チェックサムの書き方が正しくありません。"))
    return sha256


def _no_more_parts() -> str:
    return _("このアップロードは完了したか取り消されたため、続きを受け取れません。")
