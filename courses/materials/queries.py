"""What lists and pages read of materials."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import Activity
from courses.catalog.registry import Facts
from courses.materials.models import Document, Video
from elearning.templatetags.elearning import clock
from elearning.uploads.models import Upload


def video_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """Playing time ("21:05") by activity id; one query."""
    found = {
        video.activity_id: video.upload
        for video in Video.objects.filter(activity__in=activities).select_related("upload")
    }
    return {activity.pk: _video_facts(found.get(activity.pk)) for activity in activities}


def _video_facts(upload: Upload | None) -> Facts:
    if upload is None:
        return Facts(ready=False)
    return Facts(clock(upload.duration_seconds), seconds=upload.duration_seconds)


def document_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """What kind of file and how big ("4 ページ・1.2 MB") by activity id; one query."""
    found = {
        document.activity_id: document.upload
        for document in Document.objects.filter(activity__in=activities).select_related("upload")
    }
    return {activity.pk: _document_facts(found.get(activity.pk)) for activity in activities}


def _document_facts(upload: Upload | None) -> Facts:
    if upload is None:
        return Facts(ready=False)
    return Facts(file_summary(upload), seconds=upload.duration_seconds)


def file_summary(upload: Upload) -> str:
    """ "4 ページ・1.2 MB", "画像・300 KB", "音声・3:20・3.1 MB", "ファイル・80 KB"."""
    words = []
    if upload.page_count:
        words.append(
            ngettext("%(count)d ページ", "%(count)d ページ", upload.page_count)
            % {"count": upload.page_count}
        )
    elif upload.content_type == "application/pdf":
        words.append("PDF")
    elif upload.content_type.startswith("image/"):
        words.append(_("画像"))
    elif upload.content_type.startswith("audio/"):
        words.append(_("音声"))
        if upload.duration_seconds:
            words.append(clock(upload.duration_seconds))
    else:
        words.append(_("ファイル"))
    words.append(size_text(upload.size))
    return "・".join(words)


def size_text(size: int) -> str:
    """Bytes as people read them: "300 KB", "1.2 MB"."""
    for unit, bytes_a_unit, decimals in (("GB", 1024**3, 1), ("MB", 1024**2, 1)):
        if size >= bytes_a_unit:
            return f"{size / bytes_a_unit:.{decimals}f} {unit}"
    return f"{max(1, round(size / 1024))} KB"
