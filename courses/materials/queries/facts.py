"""What an outline says of a video or a document."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalog.models import Activity
from courses.catalog.registry import Arrival, Facts
from courses.materials.models import Derivative, DerivativeState, Document, FileMaterial, Video
from courses.materials.processing.steps import IMAGE_SIDES, STRIPPED_TYPES
from courses.materials.queries.files import file_summary
from elearning.templatetags.elearning import clock
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import sentence

Material = TypeVar("Material", bound=FileMaterial)

SILENT_AFTER = datetime.timedelta(minutes=10)
"""A sender that showed no sign of life for so long has most likely stopped: at 1 Mbit/s four
parts of 16 MiB that are sent side by side take nine minutes."""


def video_facts(activities: Sequence[Activity]) -> dict[int, Facts]:
    """Playing time ("21:05") by activity id; one query."""
    facts = {activity.pk: Facts(ready=False) for activity in activities}
    for video in _held(Video, activities):
        said = _coming(video.next_upload)
        if video.upload is not None:
            seconds = video.upload.duration_seconds
            said = replace(said, ready=True, text=clock(seconds), seconds=seconds)
        facts[video.activity_id] = said
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
        upload, said = document.upload, _coming(document.next_upload)
        if upload is not None and upload.content_type not in STRIPPED_TYPES:
            seconds = upload.duration_seconds
            said = replace(said, ready=True, text=file_summary(upload), seconds=seconds)
        elif upload is not None and document.copy_size is not None:
            said = replace(said, ready=True, text=file_summary(upload, document.copy_size))
        elif document.copies_failed and not document.copies_to_come:
            said = replace(said, trouble=said.trouble or _no_copy())
        facts[document.activity_id] = said
    return facts


def _held(model: type[Material], activities: Sequence[Activity]) -> QuerySet[Material]:
    held = model._default_manager.filter(activity__in=activities)
    return held.select_related("upload", "next_upload")


def _coming(upload: Upload | None) -> Facts:
    """What there is to say of the file that was chosen last, while none is in use."""
    if upload is not None and upload.state == UploadState.REJECTED:
        return Facts(ready=False, trouble=sentence(upload))
    if upload is None or upload.state != UploadState.PENDING:
        return Facts(ready=False)
    if upload.touched_at > timezone.now() - SILENT_AFTER:
        return Facts(ready=False, arrival=Arrival.SENDING)
    stopped = _("アップロードが途中で止まっています。同じファイルを選ぶと続きから送れます。")
    return Facts(ready=False, arrival=Arrival.INTERRUPTED, trouble=stopped)


def _no_copy() -> str:
    return _(
        "生徒に見せる画像を作れませんでした。編集画面で「もう一度」を押すか、"
        "別のファイルを選んでください。"
    )
