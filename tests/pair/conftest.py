"""A real writer and replica for every test in this folder; see tests/servers/.

They want settings of their own, and are left out, with a line in the summary, under others.
"""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest, JsonResponse

from elearning.db import monitor, promises
from elearning.db.idempotency.decorators import idempotent
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state
from tests.left_out import left_out

HOW_TO_RUN = ".venv/bin/python -m pytest tests/pair --ds=tests.pair.settings"
ALIASES = ["default", "reader"]


def _why_not() -> str | None:
    """Why the tests of this folder cannot run here, in words; None when they can."""
    kind = getattr(settings, "PAIR", None)
    if kind is None:
        return f"they want a pair of databases; run {HOW_TO_RUN}"
    return importlib.import_module(f"tests.servers.{kind}").missing()


def pytest_configure(config):
    config.addinivalue_line("markers", "on_postgresql: runs on a pair of PostgreSQL servers too")


def pytest_pycollect_makemodule(module_path, parent):
    reason = _why_not()
    return reason and left_out(parent, module_path, f"tests/pair: {reason}")


def pytest_itemcollected(item):
    item.add_marker(pytest.mark.django_db(transaction=True, databases=ALIASES))


@pytest.fixture(scope="session")
def pair() -> Iterator[Any]:
    """The Pair of tests/servers/ that the settings name, at the addresses they connect to."""
    servers = importlib.import_module(f"tests.servers.{settings.PAIR}")
    pair = servers.Pair(settings.WRITER_PORT, settings.READER_PORT)
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture(scope="session")
def django_db_setup(pair, django_db_setup):
    """The test database, migrated on the writer and replicated."""
    pair.in_step()


@pytest.fixture(autouse=True)
def _restored_pair(pair, transactional_db):
    """Each test begins with everything normal and in step, and leaves it so.

    The tables are emptied after it, by way of the writer; the next one's beginning waits
    until the replica has seen that.
    """
    pair.restore()
    yield
    # Whatever the test did to these connections, emptying the tables must not feel it.
    connections.close_all()
    pair.restore()


@pytest.fixture(autouse=True)
def _states(monkeypatch, settings):
    """Nothing is known of either database, and no monitor starts by itself."""
    reader_state.reset()
    writer_state.reset()
    monkeypatch.setattr(monitor, "ensure_running", lambda: None)
    settings.SERVER_TIMING = True
    settings.REFUSE_STALE_SAVES = True
    yield
    reader_state.reset()
    writer_state.reset()


@pytest.fixture
def empty_database(pair, transactional_db) -> Iterator[str]:
    """The name of a new one on the writer, where "default" leads during the test."""
    name = "test_empty"
    usual = connection.settings_dict
    pair.writer.query(f"DROP DATABASE IF EXISTS {name}")
    pair.writer.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    connection.close()
    connection.settings_dict = {**usual, "NAME": name}
    yield name
    connection.close()
    connection.settings_dict = usual
    pair.writer.query(f"DROP DATABASE {name}")


@pytest.fixture
def watch(pair, transactional_db, monkeypatch) -> Iterator[monitor.Monitor]:
    """A monitor that has looked once, so that the reader is in use; `look()` looks again.

    Its word holds for the whole test, however slow the machine is.
    """
    monkeypatch.setattr(promises, "NEWS_GOOD_FOR", 60)
    monkeypatch.setattr(promises, "ANSWER_GOOD_FOR", 60)
    pair.in_step()
    watch = monitor.Monitor()
    watch.look()
    assert reader_state.usable()
    yield watch
    watch.close()


@pytest.fixture
def probe(settings):
    """`probe(view)` puts the view at PROBE of urls.py."""
    settings.ROOT_URLCONF = "tests.pair.urls"

    def put(view: Callable[[HttpRequest], Any]) -> None:
        from tests.pair import urls

        urls.probe.view = view

    return put


@pytest.fixture
def own_client(pair, watch, cast, sign_in, probe):
    """Haruna's; at PROBE she makes a campus, once a key, and hears how many there are."""

    from accounts.models import Campus

    @idempotent
    def make(request):
        Campus.objects.create(name="新校舎")
        return JsonResponse({"campuses": Campus.objects.filter(name="新校舎").count()})

    probe(make)
    return sign_in(cast.haruna)
