"""What is refused before anything looks at it: more than a page or a part of an upload sends."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

TOO_LARGE = (
    "送られた内容が大きすぎるため、受け取れませんでした。 / What was sent is too large to be taken."
)
BROKEN_OFF = (
    "送信が途中で切れました。もう一度お試しください。 / The transfer broke off; please try again."
)


class RequestLimitMiddleware:
    """413 for a body longer than settings.REQUEST_MOST_BYTES lets its address take.

    Django's own limit spares files in forms. Chunks of unknown length are not read at all,
    but by who counts them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > _most(request.path_info):
            return _refusal(request, 413, TOO_LARGE)
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A client that went away or stood still in the middle of its body is no error of ours."""
        if isinstance(exception, UnreadablePostError):
            return _refusal(request, 400, BROKEN_OFF)
        return None


def _most(path: str) -> int:
    """In bytes: of the longest address in the settings that the path begins with."""
    fitting = [start for start in settings.REQUEST_MOST_BYTES if path.startswith(start)]
    return int(settings.REQUEST_MOST_BYTES[max(fitting, key=len)])


def _refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """A page for people, JSON for scripts. Nobody knows yet who is asking, nor in what language."""
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        context = {"school_name": settings.SCHOOL_NAME}
        response = HttpResponse(render_to_string(f"{status}_sent.html", context), status=status)
    else:
        response = JsonResponse({"error": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response
