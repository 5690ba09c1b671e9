"""Each request's dealings with the two databases, from the first decision to the pin.

Outside everything that reads the database, so that a safe request whose database has gone can
be run again from its beginning.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.http.response import HttpResponseBase

from elearning.db import monitor, pins, server_timing
from elearning.db.aliases import READER, WRITER, has_reader
from elearning.db.context import Mode, Work, working
from elearning.db.errors import Lost, ReaderLost, is_deadlock
from elearning.db.reader_state import reader_state
from elearning.db.statistics import statistics
from elearning.db.unavailable import unavailable
from elearning.db.writer_state import writer_state
from elearning.logs import context as log_context

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
RUNS = 3
"""On the reader, on the writer, and on the reader all the same because the writer is down."""


class DatabaseMiddleware:
    def __init__(self, get_response: Callable[[WSGIRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponseBase:
        monitor.ensure_running()
        began = time.perf_counter()
        pin = pins.of(request) if has_reader() else None
        work = Work(first_mode(request, pinned=pin is not None), interruptible=True)
        work.degraded = work.mode is Mode.READER and writer_state.down
        response, request, work = self._answer(request, work)
        if has_reader():
            if work.wants_pin:
                pins.put_on(response, pins.new())
            elif pin is not None and pin.cut:
                pins.put_on(response, pin)
            statistics.count(work, pinned=pin is not None)
        server_timing.put_on(response, request, work, time.perf_counter() - began)
        _note_for_the_log(work)
        return response

    def _answer(
        self, request: WSGIRequest, work: Work
    ) -> tuple[HttpResponseBase, WSGIRequest, Work]:
        """The response, and the request and the Work that it came of."""
        for run in range(RUNS):
            try:
                with working(work):
                    response = self.get_response(request)
                following = self._to_make_sure(request, response, work)
                if following is None:
                    return response, request, work
            except Lost as lost:
                following = self._instead(request, work, lost, first=run == 0)
                if following is None:
                    break
            following.counts = work.counts
            # Nothing that the first run has hung on the request may be seen by the next.
            request, work = type(request)(request.environ), following
        return unavailable(request), request, work

    def process_exception(
        self, request: WSGIRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A transaction that gave way to others, and that nobody has run again."""
        if isinstance(exception, OperationalError) and is_deadlock(exception):
            return unavailable(request)
        return None

    def _instead(self, request: WSGIRequest, work: Work, lost: Lost, *, first: bool) -> Work | None:
        """How to run a request again whose database has gone; None if that must not be."""
        if request.method not in SAFE or work.wrote:
            return None
        if isinstance(lost, ReaderLost):
            return None if work.degraded else Work(Mode.WRITER, interruptible=True)
        if not writer_state.down:
            # One connection broke; the writer may be well.
            return Work(Mode.WRITER, interruptible=True) if first else None
        if work.degraded or not may_be_old(request) or not reader_state.answering():
            return None
        return Work(Mode.READER, interruptible=True, degraded=True)

    def _to_make_sure(
        self, request: WSGIRequest, response: HttpResponseBase, work: Work
    ) -> Work | None:
        """A refusal by the reader's word alone is asked of the writer before it is told.

        What somebody made a moment ago, a colleague's link may already lead to.
        """
        refused = response.status_code in (403, 404) and request.resolver_match is not None
        asked_reader = work.mode is Mode.READER and work.counts[READER].queries > 0
        if refused and asked_reader and not work.degraded and request.method in SAFE:
            return Work(Mode.WRITER, interruptible=True)
        return None


def _note_for_the_log(work: Work) -> None:
    reader, writer = work.counts[READER], work.counts[WRITER]
    log_context.note(
        db_ms=round((reader.seconds + writer.seconds) * 1000, 1),
        reader_queries=reader.queries,
        writer_queries=writer.queries,
    )


def first_mode(request: WSGIRequest, *, pinned: bool) -> Mode:
    """Where a request begins to read. With the writer down, an old page is better than none."""
    if not has_reader() or request.method not in SAFE or not may_be_old(request):
        return Mode.WRITER
    if writer_state.down and reader_state.answering():
        return Mode.READER
    return Mode.READER if reader_state.usable() and not pinned else Mode.WRITER


def may_be_old(request: WSGIRequest) -> bool:
    return has_reader() and not request.path_info.startswith(settings.DATABASE_WRITER_PATHS)
