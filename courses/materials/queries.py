"""What lists and pages read of materials."""

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.catalog.models import Activity
from courses.catalog.registry import Facts
from courses.materials import ranges
from courses.materials.models import Document, FileMaterial, Video, VideoView
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


@dataclass(frozen=True, slots=True)
class FileState:
    """How far the file of an activity is, for its teacher."""

    activity_id: int
    current: Upload | None
    """What students get now."""
    coming: Upload | None
    """What is on its way, or was not accepted."""
    step: str
    """ "none", "sending", "checking", "rejected" or "ready" """
    reason: str = ""
    stored_parts: int = 0

    @property
    def on_its_way(self) -> bool:
        return self.step in ("sending", "checking")

    @property
    def token(self) -> str:
        """Changes when there is something new to show."""
        return f"{self.step}-{self.stored_parts}-{self.coming.pk if self.coming else ''}"

    @property
    def url(self) -> str:
        return file_url(self.current) if self.current else ""

    @property
    def summary(self) -> str:
        if self.current is None:
            return ""
        if self.current.category == "video":
            return _("・").join(
                [clock(self.current.duration_seconds), size_in_words(self.current.size)]
            )
        return file_summary(self.current)


def file_state(material: FileMaterial) -> FileState:
    """Reads `upload` and `next_upload`, and the parts while they are arriving."""
    current, coming = material.upload, material.next_upload
    if coming is None or coming.state == UploadState.ABORTED:
        step = "ready" if current else "none"
        return FileState(material.activity_id, current, None, step)
    if coming.state == UploadState.REJECTED:
        return FileState(material.activity_id, current, coming, "rejected", sentence(coming))
    if coming.state == UploadState.PENDING:
        stored = coming.parts.count()
        return FileState(material.activity_id, current, coming, "sending", stored_parts=stored)
    return FileState(material.activity_id, current, coming, "checking")


ENOUGH = 0.9
"""The part of a video that counts as the whole: titles and goodbyes need not be watched."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a student has watched of a video."""

    duration: float
    ranges: list[ranges.Range]

    @property
    def seconds(self) -> float:
        return ranges.total(self.ranges)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; a second at either end is no matter."""
        if not self.duration or not self.ranges:
            return 0
        return int(min(self.seconds + ranges.JOIN, self.duration) * 100 // self.duration)

    @property
    def remaining(self) -> str:
        """Why it is not complete yet; "" when it is."""
        missing = self.duration * ENOUGH - self.seconds
        if missing <= 0.5:
            return ""
        if missing < 120:
            seconds = math.ceil(missing / 10) * 10
            return _("あと %(seconds)d 秒ほど見ると完了です。") % {"seconds": seconds}
        minutes = math.ceil(missing / 60)
        return _("あと %(minutes)d 分ほど見ると完了です。") % {"minutes": minutes}


def watched(upload: Upload, view: VideoView | None) -> Watched:
    """`view` is None for somebody who has not watched anything yet."""
    duration = upload.duration_seconds or 0.0
    known = [(start, end) for start, end in view.ranges] if view else []
    return Watched(duration, ranges.within(known, duration))


def remaining(activity: Activity, student: User) -> str:
    """Why the video is not complete for this student yet; "" when it is; 2 queries."""
    video = Video.objects.select_related("upload").filter(activity=activity).first()
    if video is None or video.upload is None:
        return _("この動画はまだ準備中です。")
    view = VideoView.objects.filter(video=video, student=student).first()
    return watched(video.upload, view).remaining
