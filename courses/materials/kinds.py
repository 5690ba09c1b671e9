"""The kinds of activity that this slice brings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.catalog.forms import ActivityForm
from courses.catalog.models import Activity
from courses.catalog.registry import ActivityKind, Facts, register
from courses.materials import queries, ranges, services
from courses.materials.forms import LONGEST_NOTE, NoteForm
from courses.materials.models import Document, Note, Video, VideoView
from courses.materials.rendering import render_note
from elearning.uploads.limits import accept, hint


class VideoKind(ActivityKind):
    name = "video"
    label = _("動画")
    mark = _("動")
    icon = "play"
    call = _("視聴する")
    player_template = "materials/player_video.html"
    editor_template = "materials/editor_file.html"

    def counted(self, count: int) -> str:
        text = ngettext("動画 %(count)d 本", "動画 %(count)d 本", count)
        return text % {"count": count}

    def form_class(self) -> type[ActivityForm]:
        return ActivityForm

    def create(self, activity: Activity) -> None:
        Video.objects.create(activity=activity)

    def copy(self, source: Activity, target: Activity) -> None:
        services.copy_file(source=source, target=target)

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return queries.video_facts(activities)

    def player(self, activity: Activity, student: User | None) -> dict[str, Any]:
        video = Video.objects.select_related("upload").filter(activity=activity).first()
        if video is None or video.upload is None:
            return {"upload": None}
        view = VideoView.objects.filter(video=video, student=student).first() if student else None
        seen = queries.watched(video.upload, view)
        made = queries.made_of(video.upload)
        return {
            "upload": video.upload,
            "file_url": queries.file_url(video.upload),
            "poster_url": queries.poster_url(video.upload, made),
            "qualities": queries.qualities(video.upload, made),
            "watched": seen,
            "remaining": seen.remaining,
            "watched_ranges": ranges.rounded(seen.ranges),
            "speeds": ["0.75", "1", "1.25", "1.5", "1.75", "2"],
        }

    def editor(self, activity: Activity) -> dict[str, Any]:
        video = Video.objects.select_related("upload", "next_upload").get(activity=activity)
        return {"file": queries.file_state(video), "accept": accept("video"), "hint": hint("video")}

    def record(self, activity: Activity, student: User, payload: Mapping[str, Any]) -> None:
        services.record_watched(activity=activity, student=student, claimed=payload.get("ranges"))

    def remaining(self, activity: Activity, student: User) -> str:
        return queries.remaining(activity, student)


class DocumentKind(ActivityKind):
    name = "document"
    label = _("プリント")
    mark = _("プ")
    icon = "file-text"
    call = _("開く")
    by_hand = True
    player_template = "materials/player_document.html"
    editor_template = "materials/editor_file.html"

    def counted(self, count: int) -> str:
        text = ngettext("プリント %(count)d 枚", "プリント %(count)d 枚", count)
        return text % {"count": count}

    def form_class(self) -> type[ActivityForm]:
        return ActivityForm

    def create(self, activity: Activity) -> None:
        Document.objects.create(activity=activity)

    def copy(self, source: Activity, target: Activity) -> None:
        services.copy_file(source=source, target=target)

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return queries.document_facts(activities)

    def player(self, activity: Activity, student: User | None) -> dict[str, Any]:
        document = Document.objects.select_related("upload").filter(activity=activity).first()
        if document is None or document.upload is None:
            return {"upload": None}
        family = queries.family(document.upload)
        context = {
            "upload": document.upload,
            "file_url": queries.file_url(document.upload),
            "summary": queries.file_summary(document.upload),
            "family": family,
        }
        if family == "image":
            made = queries.made_of(document.upload)
            context["picture"] = picture = queries.picture(document.upload, made)
            if picture:
                context["summary"] = queries.file_summary(document.upload, picture.size)
        return context

    def editor(self, activity: Activity) -> dict[str, Any]:
        document = Document.objects.select_related("upload", "next_upload").get(activity=activity)
        return {
            "file": queries.file_state(document),
            "accept": accept("document"),
            "hint": hint("document"),
        }


class NoteKind(ActivityKind):
    name = "note"
    label = _("ノート")
    mark = _("ノ")
    icon = "notebook-pen"
    call = _("読む")
    by_hand = True
    creatable = True
    player_template = "materials/player_note.html"
    editor_template = "materials/editor_note.html"

    def counted(self, count: int) -> str:
        text = ngettext("ノート %(count)d 件", "ノート %(count)d 件", count)
        return text % {"count": count}

    def form_class(self) -> type[ActivityForm]:
        return NoteForm

    def create(self, activity: Activity) -> None:
        Note.objects.create(activity=activity)

    def copy(self, source: Activity, target: Activity) -> None:
        services.copy_note(source=source, target=target)

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return {activity.pk: Facts() for activity in activities}

    def player(self, activity: Activity, student: User | None) -> dict[str, Any]:
        body = Note.objects.filter(activity=activity).values_list("body", flat=True).first()
        # render_note() sanitises what it returns.
        return {"note_html": mark_safe(render_note(body or ""))}  # noqa: S308 - sanitised

    def editor(self, activity: Activity) -> dict[str, Any]:
        return {"longest": LONGEST_NOTE}


register(VideoKind())
register(DocumentKind())
register(NoteKind())
