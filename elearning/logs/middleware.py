"""One line a request, and the id by which its other lines are found."""

import logging
import re
import secrets
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from elearning.logs import context
from elearning.logs.errors import kind_of

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
_ID = r"1-[0-9a-f]{8}-[0-9a-f]{24}"
_PART = rf"(?:Root={_ID}|Self={_ID}|Parent=[0-9a-f]{{16}}|Sampled=[01?]|Lineage=[0-9a-f:]+)"
_TRACE_ID = re.compile(rf"(?=.*\bRoot=){_PART}(?:;{_PART})*;?")
_LONGEST_TRACE_ID = 200


class RequestLogMiddleware:
    """Writes `answer_request` when a response is complete: one that streams, when it was sent.

    Never a path: it may hold a name or a key. The route tells enough.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        fields: dict[str, Any] = {"request_id": secrets.token_hex(16)}
        if trace_id := trace_id_of(request):
            fields["trace_id"] = trace_id
        with context.bind(**fields) as known:
            try:
                response = self.get_response(request)
            except BaseException:
                # Not even Django makes a page of it: the process is told to end.
                _write(request, known, 500, began)
                raise
            response[HEADER] = known["request_id"]
            if not response.streaming:
                _write(request, known, response.status_code, began)
        if response.streaming:
            _write_when_closed(request, response, known, began)
        return response

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, keywords: Any) -> None:
        """Which address of ours it is, once that is known."""
        match = request.resolver_match
        context.note(route=match.view_name if match else None)


def trace_id_of(request: HttpRequest) -> str | None:
    """X-Amzn-Trace-Id as the load balancer sends it; anything else may be anything."""
    sent = request.headers.get("X-Amzn-Trace-Id", "")
    return sent if len(sent) <= _LONGEST_TRACE_ID and _TRACE_ID.fullmatch(sent) else None


def _write_when_closed(
    request: HttpRequest, response: HttpResponseBase, known: dict[str, Any], began: float
) -> None:
    close = response.close
    told = False

    def closed() -> None:
        # Some close it twice: the iterator that has come to its end, and who asked for it.
        nonlocal told
        try:
            close()
        finally:
            if not told:
                told = True
                # What ended it midway: an error of ours, or a browser that went away.
                error = sys.exc_info()[1]
                if error is not None:
                    known["broken_off"] = kind_of(error)["type"]
                with context.bind(**known) as own:
                    _write(request, own, response.status_code, began, error)

    response.close = closed  # type: ignore[method-assign]


def _write(
    request: HttpRequest,
    known: dict[str, Any],
    status: int,
    began: float,
    error: BaseException | None = None,
) -> None:
    # Noted only for this line, where its order counts.
    route = known.pop("route", None)
    log.log(
        _level(request, route, status),
        "answer_request",
        extra={
            "method": request.method if request.method in METHODS else "OTHER",
            "route": route,
            "status": status,
            "ms": round((perf_counter() - began) * 1000, 1),
            **{name: known.pop(name) for name in _COUNTS if name in known},
        },
        # Told here, for gunicorn does not know any more which request it was. How a browser
        # went away is no news.
        exc_info=None if isinstance(error, ConnectionError | TimeoutError) else error,
    )


_COUNTS = ("db_ms", "reader_queries", "writer_queries")


def _level(request: HttpRequest, route: str | None, status: int) -> int:
    static = route is None and status < 400 and request.path_info.startswith(settings.STATIC_URL)
    return logging.DEBUG if static else logging.INFO
