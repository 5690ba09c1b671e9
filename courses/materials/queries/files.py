"""What lists and pages say of a file."""

import datetime
from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import Activity
from courses.catalog.registry import Facts
from courses.materials.models import Document, FileMaterial, Video
from elearning.templatetags.elearning import clock
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import sentence

BROKEN_OFF_AFTER = datetime.timedelta(hours=1)
"""An upload begun longer ago than this that is not complete needs a hand."""


def video_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """Playing time ("21:05") by activity id; one query."""
    return _file_facts(Video, activities, lambda upload: clock(upload.duration_seconds))


def document_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """What kind of file and how big ("4 ページ・1.2 MB") by activity id; one query."""
    return _file_facts(Document, activities, file_summary)


def _file_facts(
    model: type[FileMaterial], activities: Sequence[Activity], text: Callable[[Upload], str]
) -> dict[int, Facts]:
    held = model._default_manager.filter(activity__in=activities)
    facts = {activity.pk: Facts(ready=False) for activity in activities}
    for material in held.select_related("upload", "next_upload"):
        trouble = _trouble(material.next_upload)
        if (upload := material.upload) is None:
            facts[material.activity_id] = Facts(ready=False, trouble=trouble)
        else:
            facts[material.activity_id] = Facts(
                text(upload), seconds=upload.duration_seconds, trouble=trouble
            )
    return facts


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


def file_summary(upload: Upload) -> str:
    """ "4 ページ・1.2 MB", "画像・300 KB", "音声・3:20・3.1 MB", "ファイル・80 KB"."""
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
    words.append(size_in_words(upload.size))
    return _("・").join(words)


def file_url(upload: Upload) -> str:
    """The address of a file for whoever may open it; never a signed one."""
    return reverse("materials:file", args=[upload.pk, upload.name])
