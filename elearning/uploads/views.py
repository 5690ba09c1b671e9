"""The upload protocol as the browser speaks it: JSON, and on this disk parts as plain bytes."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from elearning.db.context import no_pin
from elearning.db.idempotency.decorators import idempotent
from elearning.storage.errors import StoreUnavailable
from elearning.uploads import services
from elearning.uploads.access import own_upload_or_404
from elearning.uploads.errors import (
    BrokenOff,
    Conflict,
    FileChanged,
    Incomplete,
    Refused,
    StoreFull,
)

ASK_AGAIN_AFTER = 3
"""Seconds, while the store does not answer."""

P = ParamSpec("P")


def store_unavailable_said(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """503 with Retry-After while the store does not answer; the browser asks again by itself."""

    @wraps(view)
    def answering(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except StoreUnavailable:
            response = _error(
                503,
                _("ファイルの保管場所につながりません。届いた分は残っています。"),
            )
            response["Retry-After"] = str(ASK_AGAIN_AFTER)
            return response

    return answering


@require_http_methods(["GET", "HEAD", "DELETE"])
@store_unavailable_said
def detail(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """How far the upload is; DELETE cancels it."""
    upload = own_upload_or_404(request, upload_id)
    if request.method == "DELETE":
        try:
            services.abort(upload)
        except Conflict as error:
            return _error(409, error)
    return _json(services.describe(upload))


@require_POST
@no_pin()
@store_unavailable_said
def parts(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """One part is announced; the answer says where and how to send it."""
    upload = own_upload_or_404(request, upload_id)
    number, sha256 = _announced(request)
    if number is None or sha256 is None:
        return _error(400, _("どの部分を送るのか分かりませんでした。もう一度お試しください。"))
    if not 1 <= number <= upload.part_count:
        raise Http404
    try:
        target = services.announce_part(upload=upload, number=number, sha256=sha256)
    except FileChanged as error:
        return _error(409, error, changed=True)
    except Conflict as error:
        return _error(409, error)
    except Refused as error:
        return _error(422, error)
    return _json({"number": number, **asdict(target)})


@require_http_methods(["PUT"])
@no_pin()
def part(request: HttpRequest, upload_id: UUID, number: int) -> HttpResponseBase:
    """One part's bytes as the body."""
    upload = own_upload_or_404(request, upload_id)
    if not 1 <= number <= upload.part_count:
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) != upload.part_length(number):
        return _error(400, _("この部分の長さが正しくありません。もう一度送ってください。"))
    try:
        stored = services.receive_part(
            upload=upload,
            number=number,
            stream=_body(request),
            claimed_sha256=request.headers.get("X-Part-SHA256", ""),
        )
    except BrokenOff:
        return _error(400, _("送信が途中で切れました。この部分をもう一度送ってください。"))
    except Refused as error:
        return _error(422, error)
    except FileChanged as error:
        return _error(409, error, changed=True)
    except Conflict as error:
        return _error(409, error)
    except StoreFull:
        return _error(
            507,
            _("サーバーの空き容量が足りません。運営にご連絡のうえ、あとで再開してください。"),
        )
    return _json({"number": stored.number, "size": stored.size, "sha256": stored.sha256})


@require_POST
@store_unavailable_said
@idempotent
def complete(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """All parts were sent."""
    upload = own_upload_or_404(request, upload_id)
    try:
        upload = services.complete(upload=upload)
    except Incomplete as error:
        return _error(409, error, missing=error.missing)
    except Conflict as error:
        return _error(409, error)
    return _json(services.describe(upload))


def _announced(request: HttpRequest) -> tuple[int | None, str | None]:
    """The part's number and SHA-256 from a JSON body; None for what is not there."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return None, None
    number, sha256 = body.get("number"), body.get("sha256")
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return (number if is_number else None), (sha256 if isinstance(sha256, str) else None)


def _body(request: HttpRequest) -> Any:
    """The request's body as a stream, also where it comes in chunks of unknown length.

    Django reads nothing without a Content-Length; a server that says `wsgi.input_terminated`
    (gunicorn does) ends the stream itself.
    """
    if "CONTENT_LENGTH" not in request.META and request.META.get("wsgi.input_terminated"):
        return request.META["wsgi.input"]
    return request


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _error(status: int, sentence: object, **more: Any) -> JsonResponse:
    return _json({"error": str(sentence), **more}, status)
