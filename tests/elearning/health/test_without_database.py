"""A real gunicorn whose database has gone: it stays in its place, and says what is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers.site import Site

TOKEN = "sixteen-characters-and-more"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site({"HEALTH_TOKEN": TOKEN})
    site.start()
    yield site
    site.stop()


def get(site: Site, path: str) -> requests.Response:
    return requests.get(site.url + path, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)


def test_it_is_alive_and_ready_while_healthz_names_the_writer(site):
    place = Path(site.web.environment["VAR_DIR"], "elearning.sqlite3")
    site.worker.stop()
    place.rename(place.with_suffix(".away"))
    place.mkdir()

    for path in ("/livez", "/readyz"):
        answer = get(site, path)
        assert (answer.status_code, answer.content) == (200, b"ok")
    answer = get(site, "/healthz")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (503, "down")
    assert told["checks"]["writer"]["word"] == "no_answer"
    assert told["checks"]["queue"]["word"] == "not_asked"
    assert str(place) not in answer.text
