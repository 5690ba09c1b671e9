"""The real site: what gunicorn's processes and the worker write on stdout."""

import http.client
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.elearning.metrics.emf_rules import checked
from tests.servers.site import HOST, Site

REQUESTS = 130
"""Of one page: more than one array holds."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Two processes that serve, and a worker."""
    site = Site(
        {
            "DJANGO_SETTINGS_MODULE": "tests.elearning.metrics.site_settings",
            "METRICS": "routes",
            # It silences all else.
            "LOG_LEVEL": "ERROR",
            "LOG_FORMAT": "json",
            "WEB_CONCURRENCY": "2",
        }
    )
    site.start()
    yield site
    site.stop()


def documents(log: Path) -> list[dict[str, Any]]:
    """Whatever was told so far, each line checked by the rules of the format."""
    whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [checked(line.rstrip("\n")) for line in whole if '"_aws"' in line]


def wait_for(told: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (found := told()):
        assert time.monotonic() < deadline, "it was never told"
        time.sleep(0.05)
    return found


def ask(site: Site, path: str, times: int = 1) -> None:
    for _ in range(times):
        line = http.client.HTTPConnection(HOST, site.web.port, timeout=10)
        line.request("GET", path)
        line.getresponse().read()
        line.close()


def latencies(site: Site, route: str) -> list[float]:
    values = []
    for document in documents(site.web.log):
        if document.get("route") == route:
            told = document["latency_ms"]
            values += told if isinstance(told, list) else [told]
    return values


def test_every_request_is_told_once_with_its_latency(site):
    before = len(latencies(site, "account_reset_password"))
    ask(site, "/password/reset/", REQUESTS)
    ask(site, "/password/reset/tokugawa/?name=tokugawa", 3)

    wait_for(lambda: len(latencies(site, "account_reset_password")) >= before + REQUESTS)
    wait_for(lambda: len(latencies(site, "unmatched")) >= 3)

    assert len(latencies(site, "account_reset_password")) == before + REQUESTS
    assert all(0 < value < 60_000 for value in latencies(site, "account_reset_password"))
    told = documents(site.web.log)
    assert {document["service"] for document in told} == {"web"}
    assert {document["event"] for document in told} == {"measure"}
    assert "tokugawa" not in site.web.log.read_text()


def test_the_processes_tell_and_never_their_master(site):
    """Whatever is preloaded, threads begin behind the fork."""
    ask(site, "/login/", 40)
    wait_for(lambda: len({document["pid"] for document in documents(site.web.log)}) == 2)

    assert {document["pid"] for document in documents(site.web.log)} == set(site.web.workers)
    assert len(list(Path(f"/proc/{site.web.master}/task").iterdir())) == 1


def test_a_site_that_nobody_visits_says_nothing(site):
    told = len(latencies(site, "account_login"))
    ask(site, "/login/")
    wait_for(lambda: len(latencies(site, "account_login")) > told)
    periods = len(_moments(site.worker.log))
    # By the worker's clock, which tells in every period, three of them have passed.
    wait_for(lambda: len(_moments(site.worker.log)) >= periods + 2)
    before = site.web.log.read_text()
    wait_for(lambda: len(_moments(site.worker.log)) >= periods + 5)

    assert site.web.log.read_text() == before


def _moments(log: Path) -> set[int]:
    return {document["_aws"]["Timestamp"] for document in documents(log)}


def test_a_worker_tells_of_every_queue_though_nothing_happens(site):
    def queues():
        return [document for document in documents(site.worker.log) if "queue" in document]

    wait_for(lambda: {document["queue"] for document in queues()} == {"default", "media"})

    assert {document["service"] for document in queues()} == {"worker"}
    assert all({"queue_length", "queue_oldest_s"} <= set(document) for document in queues())


def test_a_worker_tells_how_its_jobs_ended(site):
    def done() -> float:
        return sum(document.get("tasks_done", 0) for document in documents(site.worker.log))

    before = done()
    site.manage(
        "shell",
        "-c",
        "from elearning.uploads.tasks import verify_upload; verify_upload.enqueue("
        "'00000000-0000-0000-0000-000000000000')",
    )

    wait_for(lambda: done() >= before + 1)


def test_the_last_figures_are_told_when_a_process_ends(site):
    """Not only at the end of a minute that never ends: here it would be a month long."""
    site.web.stop()
    site.web.environment["DJANGO_SETTINGS_MODULE"] = "tests.elearning.metrics.slow_settings"
    site.web.start()
    before = len(documents(site.web.log))
    ask(site, "/login/", 5)
    assert len(documents(site.web.log)) == before

    site.web.stop()

    told = documents(site.web.log)[before:]
    requests = sum(document.get("requests", 0) for document in told)
    assert requests == 5
