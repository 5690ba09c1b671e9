"""What lists and pages say of a file."""

import datetime
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import Activity
from courses.catalog.registry import Facts
from courses.materials.models import Derivative, DerivativeState, Document, FileMaterial, Video
from courses.materials.processing.steps import IMAGE_SIDES, STRIPPED_TYPES
from elearning.templatetags.elearning import clock
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import sentence

Material = TypeVar("Material", bound=FileMaterial)

BROKEN_OFF_AFTER = datetime.timedelta(hours=1)
"""An upload begun longer ago than this that is not complete needs a hand."""


def video_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """Playing time ("21:05") by activity id; one query."""
    facts = {activity.pk: Facts(ready=False) for activity in activities}
    for video in _held(Video, activities):
        facts[video.activity_id] = _file_facts(video, lambda upload: clock(upload.duration_seconds))
    return facts


def document_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """What kind of file and how big ("4 ページ・1.2 MB") by activity id; one query.

    A picture that students see as copies only is as big as the largest of them, and not ready
    while there is none.
    """
    copies = Derivative.objects.filter(upload=OuterRef("upload"), kind__in=IMAGE_SIDES)
    ready = copies.filter(state=DerivativeState.READY).exclude(key="")
    held = _held(Document, activities).annotate(
        copy_size=Subquery(ready.order_by(F("width").desc(nulls_last=True)).values("size")[:1]),
        copies_failed=Exists(copies.filter(state=DerivativeState.FAILED)),
        copies_to_come=Exists(
            copies.filter(state__in=[DerivativeState.WAITING, DerivativeState.WORKING])
        ),
    )
    facts = {activity.pk: Facts(ready=False) for activity in activities}
    for document in held:
        upload, size = document.upload, document.copy_size
        if upload is None or upload.content_type not in STRIPPED_TYPES:
            said = _file_facts(document, file_summary)
        elif size is None:
            lost = document.copies_failed and not document.copies_to_come
            trouble = _trouble(document.next_upload) or (_no_copy() if lost else "")
            said = Facts(ready=False, trouble=trouble)
        else:
            said = Facts(file_summary(upload, size), trouble=_trouble(document.next_upload))
        facts[document.activity_id] = said
    return facts


def _held(model: type[Material], activities: Sequence[Activity]) -> QuerySet[Material]:
    held = model._default_manager.filter(activity__in=activities)
    return held.select_related("upload", "next_upload")


def _file_facts(material: FileMaterial, text: Callable[[Upload], str]) -> Facts:
    trouble = _trouble(material.next_upload)
    if (upload := material.upload) is None:
        return Facts(ready=False, trouble=trouble)
    return Facts(text(upload), seconds=upload.duration_seconds, trouble=trouble)


def _no_copy() -> str:
    return _(
        "生徒に見せる画像を作れませんでした。編集画面で「もう一度」を押すか、"
        "別のファイルを選んでください。"
    )


def _trouble(coming: Upload | None) -> str:
    """Why a file that was chosen will not come by itself; "" while it may."""
    if coming is None:
        return ""
    if coming.state == UploadState.REJECTED:
        return sentence(coming)
    if (
        coming.state == UploadState.PENDING
        and coming.created_at < timezone.now() - BROKEN_OFF_AFTER
    ):
        return _("アップロードが途中で止まっています。同じファイルを選ぶと続きから送れます。")
    return ""


def family(upload: Upload) -> str:
    """How a page shows the file: "pdf", "image", "audio" or, to take home only, "file"."""
    if upload.content_type == "application/pdf":
        return "pdf"
    kind = upload.content_type.split("/")[0]
    return kind if kind in ("image", "audio") else "file"


def file_summary(upload: Upload, size: int | None = None) -> str:
    """ "4 ページ・1.2 MB", "画像・300 KB", "音声・3:20・3.1 MB", "Word 文書・80 KB".

    `size` in bytes: of the copy that is given instead of the file itself.
    """
    words = []
    match family(upload):
        case "pdf" if upload.page_count:
            words.append(
                ngettext("%(count)d ページ", "%(count)d ページ", upload.page_count)
                % {"count": upload.page_count}
            )
        case "pdf":
            words.append("PDF")
        case "image":
            words.append(_("画像"))
        case "audio":
            words.append(_("音声"))
            if upload.duration_seconds:
                words.append(clock(upload.duration_seconds))
        case _:
            words.append(_("ファイル"))
    words.append(size_in_words(upload.size if size is None else size))
    return _("・").join(words)


def file_url(upload: Upload) -> str:
    """The address of a file for whoever may open it; never a signed one."""
    return reverse("materials:file", args=[upload.pk, upload.name])
