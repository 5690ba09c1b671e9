"""The Server-Timing header: how long the page took, and what it asked of which database."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from elearning.db.aliases import READER, WRITER
from elearning.db.context import Work


def put_on(response: HttpResponseBase, request: HttpRequest, work: Work, seconds: float) -> None:
    """`app;dur=12.3, reader;dur=4.5;desc="7", writer;dur=0.0;desc="0"`, times in ms."""
    if not (settings.DEBUG or settings.SERVER_TIMING or _is_staff(request)):
        return
    parts = [f"app;dur={seconds * 1000:.1f}"]
    for name, alias in (("reader", READER), ("writer", WRITER)):
        count = work.counts[alias]
        parts.append(f'{name};dur={count.seconds * 1000:.1f};desc="{count.queries}"')
    response["Server-Timing"] = ", ".join(parts)


def _is_staff(request: HttpRequest) -> bool:
    """Without a query: whoever was not looked up for the page is not for its timing either."""
    return bool(getattr(getattr(request, "_cached_user", None), "is_staff", False))
