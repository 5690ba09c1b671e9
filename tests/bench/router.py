"""What elearning/db costs a request where there is no DATABASE_READER_URL.

Run `python tests/bench/router.py [blocks]`. One and the same request, a trivial view with ten
trivial queries to an SQLite file, is answered in blocks by turns: through Django's own back end
and nothing else; through our back end inside DatabaseMiddleware; and, for information, by our
router from a second connection as the reader. What counts is this thread's CPU time, so that
other work on the machine counts little. Exit status 1 if the median difference between the
first two is more than promised.
"""

import copy
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROMISED_US = 50
QUERIES = 10
BLOCKS = 60
REQUESTS = 50
"""In a block."""


@dataclass
class Way:
    """How a request is answered; `prepare` makes the whole process answer that way."""

    name: str
    prepare: Callable[[], None]
    answer: Callable[[Any], Any]


def main() -> int:
    sys.path.insert(0, str(ROOT))
    folder = tempfile.mkdtemp(prefix="elearning-bench-")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # As deployed: under DEBUG Django itself keeps a record of every query.
        "DEBUG": "0",
        "ALLOWED_HOSTS": "testserver",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "LOG_LEVEL": "ERROR",
        "VAR_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "DATABASE_READER_URL": "",
    }
    import django

    django.setup()
    blocks = int(sys.argv[1]) if len(sys.argv) > 1 else BLOCKS
    ways = ways_to_answer()
    spent: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(blocks + 1):
        for way in ways:
            microseconds = block(way)
            if number:  # the first is to warm up
                spent[way.name].append(microseconds)
    bare, ours, _ = (spent[way.name] for way in ways)
    cost = median_difference(ours, bare)
    within = cost < PROMISED_US
    report = [f"router: {blocks} blocks of {REQUESTS} requests with {QUERIES} queries, CPU µs"]
    report += [
        f"  {name:<20} median {statistics.median(each):6.1f} a request,"
        f" {median_difference(each, bare):+6.1f}"
        for name, each in spent.items()
    ]
    report.append(f"  {'ok' if within else 'OUT OF RANGE'}: promised below +{PROMISED_US} µs")
    sys.stdout.write("\n".join(report) + "\n")
    return 0 if within else 1


def ways_to_answer() -> list[Way]:
    """Django's own first, then ours, then ours with a reader."""
    from django.conf import settings
    from django.db import connections, router
    from django.db.backends.sqlite3.base import DatabaseWrapper as DjangosWrapper
    from django.http import HttpRequest, HttpResponse

    from accounts.models import Campus
    from elearning.db import monitor
    from elearning.db.aliases import READER, WRITER
    from elearning.db.middleware import DatabaseMiddleware
    from elearning.db.reader_state import reader_state
    from elearning.db.router import Router

    ours = connections[WRITER]
    with ours.schema_editor() as editor:
        editor.create_model(Campus)
    Campus.objects.create(name="渋谷校")
    djangos = DjangosWrapper(copy.deepcopy(ours.settings_dict), WRITER)
    as_reader = type(ours)(copy.deepcopy(ours.settings_dict), READER)

    def view(request: HttpRequest) -> HttpResponse:
        for _ in range(QUERIES):
            Campus.objects.get(name="渋谷校")
        return HttpResponse("ok")

    def one_database(wrapper: Any) -> Callable[[], None]:
        def prepare() -> None:
            settings.DATABASES.pop(READER, None)
            router.routers = []
            connections[WRITER] = wrapper

        return prepare

    def two_databases() -> None:
        connections[WRITER] = ours
        settings.DATABASES[READER] = as_reader.settings_dict
        connections[READER] = as_reader
        router.routers = [Router()]
        # As after the monitor's look; it would find no heartbeat here.
        reader_state.seen(0.0)
        monitor._running = (os.getpid(), threading.main_thread())

    inside = DatabaseMiddleware(view)
    return [
        Way("Django's own", one_database(djangos), view),
        Way("ours", one_database(ours), inside),
        Way("ours with a reader", two_databases, inside),
    ]


def block(way: Way) -> float:
    """Microseconds a request."""
    from django.db import close_old_connections
    from django.test import RequestFactory

    way.prepare()
    requests = [RequestFactory().get("/") for _ in range(REQUESTS)]
    began = time.thread_time()
    for request in requests:
        # As Django does it before and after each request.
        close_old_connections()
        response = way.answer(request)
        close_old_connections()
    spent = time.thread_time() - began
    assert response.status_code == 200
    return spent / REQUESTS * 1_000_000


def median_difference(one: list[float], other: list[float]) -> float:
    """Of blocks that were measured next to each other."""
    return statistics.median(a - b for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
