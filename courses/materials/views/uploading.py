"""Files up: announcing them, how far they are, another try of what failed."""

import json
import re

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest, staff_only
from courses.catalog.access import lesson_to_author
from courses.materials import services
from courses.materials.access import material_to_author
from courses.materials.models import Derivative, FileMaterial
from courses.materials.queries import file_state
from elearning.uploads import services as uploads

LARGEST = 2**63 - 1
"""No file has more bytes, and no column holds more."""
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
    if not isinstance(size, int) or isinstance(size, bool) or abs(size) > LARGEST:
        size = None
    if not isinstance(name, str) or size is None:
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
    return _status(request, material_to_author(request.user, activity_id))


@require_POST
@staff_only
def try_again(request: UserRequest, activity_id: int, kind: str) -> HttpResponse:
    """Another try of one thing that could not be made of the file; then how far it is."""
    material = material_to_author(request.user, activity_id)
    derivative = get_object_or_404(Derivative, upload=material.upload_id, kind=kind)
    services.try_again(derivative)
    return _status(request, material)


def _status(request: UserRequest, material: FileMaterial) -> HttpResponse:
    state = file_state(material)
    seen = request.GET.get("seen", "")
    if seen == state.token:
        return HttpResponse(status=204)
    # Progress is only shown: a screen reader need not say every percent.
    news = seen.split("|")[0] != state.stage
    context = {"file": state, "news": news}
    return render(request, "materials/parts/upload_status.html", context)
