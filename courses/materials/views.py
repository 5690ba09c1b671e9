"""Files up and down, and the preview of a note."""

import json
import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest, staff_only
from courses.catalog.access import lesson_to_author
from courses.materials import services
from courses.materials.access import derivative_to_open, file_to_open, material_to_author
from courses.materials.forms import LONGEST_NOTE, NotePreviewForm
from courses.materials.links import link_seconds
from courses.materials.queries import derivative_name, derivative_url, file_state, file_url
from courses.materials.rendering import render_note
from elearning.storage.delivery import deliver
from elearning.uploads import services as uploads

TOKEN = re.compile(r"[A-Za-z0-9-]{16,36}")


@require_POST
@staff_only
def begin_upload(request: UserRequest, lesson_id: int) -> JsonResponse:
    """A file dropped on a lesson: its draft activity and its upload, in JSON."""
    lesson = lesson_to_author(request.user, lesson_id)
    try:
        name, size, token = _announced(request)
        activity, upload = services.begin_material(
            lesson=lesson, owner=request.user, name=name, size=size, token=token
        )
    except uploads.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({**uploads.describe(upload), "activity": activity.pk}, status=201)


@require_POST
@staff_only
def replace_upload(request: UserRequest, activity_id: int) -> JsonResponse:
    """Another file for an activity, in JSON."""
    material = material_to_author(request.user, activity_id)
    try:
        # Sent again it supersedes what it began before, so it needs no token.
        name, size, _token = _announced(request)
        upload = services.replace_upload(
            material=material, owner=request.user, name=name, size=size
        )
    except uploads.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({**uploads.describe(upload), "activity": activity_id}, status=201)


def _announced(request: UserRequest) -> tuple[str, int, str | None]:
    """The file's name, its size in bytes, and the browser's token for this request.

    Refused if the request does not say name and size; a token that is none is left out.
    """
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    name = body.get("name") if isinstance(body, dict) else None
    size = body.get("size") if isinstance(body, dict) else None
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        raise uploads.Refused(
            _(
                "ファイルの名前と大きさを受け取れませんでした。ページを読み込み直して、もう一度お試しください。"
            )
        )
    token = body.get("token")
    known = isinstance(token, str) and TOKEN.fullmatch(token)
    return name, size, token if known else None


@require_safe
@staff_only
def upload_status(request: UserRequest, activity_id: int) -> HttpResponse:
    """How far the file of an activity is; the fragment asks again while it is on its way."""
    material = material_to_author(request.user, activity_id)
    state = file_state(material)
    if request.GET.get("seen") == state.token:
        # Nothing to swap, and nothing for a screen reader to say again.
        return HttpResponse(status=204)
    return render(request, "materials/parts/upload_status.html", {"file": state})


@require_POST
@staff_only
def note_preview(request: UserRequest) -> HttpResponse:
    """What a note will look like, while it is being typed."""
    form = NotePreviewForm(request.POST)
    context: dict[str, Any] = {"longest": LONGEST_NOTE, "preview": None}
    if form.is_valid():
        # render_note() sanitises what it returns.
        context["preview"] = mark_safe(render_note(form.cleaned_data["body"]))  # noqa: S308 - sanitised
    return render(request, "materials/parts/note_preview.html", context)


@require_safe
def file(request: UserRequest, upload_id: UUID, name: str) -> HttpResponseBase:
    """A published file; an address with another name than the file's leads to the right one."""
    upload = file_to_open(request.user, upload_id)
    if name != upload.name:
        return redirect(file_url(upload))
    return deliver(
        request,
        key=upload.key,
        name=upload.name,
        content_type=upload.content_type,
        seconds=link_seconds(upload, upload.content_type),
        save="download" in request.GET,
    )


@require_safe
def derivative(request: UserRequest, upload_id: UUID, kind: str, name: str) -> HttpResponseBase:
    """A smaller copy or a picture of a published file, once the worker has made it."""
    made = derivative_to_open(request.user, upload_id, kind)
    right_name = derivative_name(made.upload, made)
    if name != right_name:
        return redirect(derivative_url(made.upload, made))
    return deliver(
        request,
        key=made.key,
        name=right_name,
        content_type=made.content_type,
        seconds=link_seconds(made.upload, made.content_type),
    )
