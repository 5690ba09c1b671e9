"""How much one person may keep, and how much of it is used."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Sum
from django.utils.translation import gettext as _

from elearning.uploads.errors import Refused
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload, UploadState

COUNTED = (
    UploadState.PENDING,
    UploadState.UPLOADED,
    UploadState.VERIFIED,
    UploadState.PUBLISHED,
)
"""What is still arriving counts with the size that was announced."""


def used_by(owner: Any, *, without: Collection[UUID] = ()) -> int:
    """Bytes of this person's files that are in use or on their way, but for `without`."""
    counted = Upload.objects.filter(owner=owner, state__in=COUNTED, unused_since=None)
    return counted.exclude(pk__in=without).aggregate(used=Sum("size"))["used"] or 0


def require_room(*, owner: Any, name: str, size: int, without: Collection[UUID] = ()) -> None:
    """Raises Refused if a file of `size` bytes is more than the person has left.

    Call it in the transaction that makes the upload: the person's row is locked, so of two
    that begin at once the second counts the first. `without`: files that this one replaces.
    """
    quota = settings.UPLOAD_QUOTA_BYTES
    if not quota:
        return
    list(get_user_model().objects.select_for_update().filter(pk=owner.pk).values_list("pk"))
    used = used_by(owner, without=without)
    if used + size > quota:
        raise Refused(
            _(
                "「%(name)s」（%(size)s）を保管する容量が足りません。"
                "アップロードできるのはお一人 %(quota)s までで、いま %(used)s をお使いです。"
                "使わない学習項目を削除するか、小さいファイルに差し替えてください"
                "（空きが増えるまで 1 日ほどかかります）。"
                "お急ぎのときは、運営にご相談ください。"
            )
            % {
                "name": name,
                "size": size_in_words(size),
                "quota": size_in_words(quota),
                "used": amount(used),
            }
        )


def usage(owner: Any) -> str:
    """ "使用量：3.2 GB（10 GB まで）", or "" where there is no quota."""
    quota = settings.UPLOAD_QUOTA_BYTES
    if not quota:
        return ""
    return _("使用量：%(used)s（%(quota)s まで）") % {
        "used": amount(used_by(owner)),
        "quota": size_in_words(quota),
    }


def amount(size: int) -> str:
    """A size in words that may be nothing: "0 KB"."""
    return size_in_words(size) if size else "0 KB"
