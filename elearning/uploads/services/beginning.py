"""An upload begins: may this file come at all?"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from elearning.uploads import limits, quotas
from elearning.uploads.errors import Refused
from elearning.uploads.formats import EXTENSIONS, extension
from elearning.uploads.models import Upload

# Endings that people really try, and what helps them on.
_INSTEAD_VIDEO = {".avi", ".wmv", ".mkv", ".flv", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp", ".ts"}
_INSTEAD_OFFICE = {".doc", ".xls", ".ppt", ".docm", ".xlsm", ".pptm", ".odt", ".rtf", ".jtd"}
_INSTEAD_IMAGE = {".heic", ".heif", ".bmp", ".tif", ".tiff", ".svg", ".psd", ".ai"}
_INSTEAD_ARCHIVE = {".zip", ".lzh", ".rar", ".7z", ".gz", ".tar"}


def begin(
    *,
    owner: Any,
    category: limits.Category,
    name: str,
    size: int,
    token: str | None = None,
    replacing: Collection[UUID] = (),
) -> Upload:
    """A new upload, `pending`: the parts may come.

    `size` in bytes. `token`: see `begun()`; IntegrityError if the owner has used it before.
    `replacing`: the uploads that this one is to supersede; they need no room beside it.
    Raises Refused, whose text is for the person, if the name is empty, the ending is not of
    this category, the file is empty or too large, or the owner has no room left for it.
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
    with transaction.atomic():
        quotas.require_room(owner=owner, name=name, size=size, without=replacing)
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
