"""What machines ask: `/livez` and `/readyz` every few seconds, `/healthz` every minute or so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from elearning.health import readiness

LIVE, READY, HEALTH = "/livez", "/readyz", "/healthz"
OURS = frozenset({LIVE, READY, HEALTH})
METHODS = ("GET", "HEAD")


class ProbeMiddleware:
    """Answers the first two before anything else has a say.

    A load balancer asks by address rather than by name and without TLS, which later middleware
    would refuse. Neither probe looks at the database: a blip of it must not replace the fleet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in OURS:
            return self.get_response(request)
        if request.path_info == HEALTH:
            # Whoever asks is no person: a session would be looked for in the very database
            # whose state is to be told.
            request.META.pop("HTTP_COOKIE", None)
            return self.get_response(request)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.path_info == READY and readiness.draining():
            return _answer("draining", status=503)
        return _answer("ok")


def _answer(word: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(word, status=status, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
