"""The kinds of activity that this slice brings."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.catalog.models import Activity
from courses.catalog.registry import ActivityKind, Facts, register
from courses.materials import queries


class VideoKind(ActivityKind):
    name = "video"
    label = _("動画")
    mark = _("動")
    icon = "play"
    call = _("視聴する")
    player_template = "materials/player_video.html"
    editor_template = "materials/editor_video.html"

    def counted(self, count: int) -> str:
        text = ngettext("動画 %(count)d 本", "動画 %(count)d 本", count)
        return text % {"count": count}

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return queries.video_facts(activities)


class DocumentKind(ActivityKind):
    name = "document"
    label = _("プリント")
    mark = _("プ")
    icon = "file-text"
    call = _("読む")
    by_hand = True
    player_template = "materials/player_document.html"
    editor_template = "materials/editor_document.html"

    def counted(self, count: int) -> str:
        text = ngettext("プリント %(count)d 枚", "プリント %(count)d 枚", count)
        return text % {"count": count}

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return queries.document_facts(activities)


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

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        return {activity.pk: Facts() for activity in activities}


register(VideoKind())
register(DocumentKind())
register(NoteKind())
