"""Each check by itself: what it looks at, and how serious what it finds is."""

import datetime
import os

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from elearning.db import status, writer_check
from elearning.db.reader_state import reader_state
from elearning.health import checks
from elearning.health.check import WORDS, Degraded, Down
from elearning.storage.errors import StoreRefuses, StoreUnavailable
from elearning.tasks.beating import beat
from elearning.tasks.models import WorkerBeat
from elearning.tasks.queue import MEDIA, enqueue, task


def found(check) -> tuple[str, str]:
    """As a round would tell it."""
    try:
        check.look()
    except (Degraded, Down) as finding:
        return type(finding).__name__.lower(), WORDS[WORDS.index(finding.word)]
    return "ok", "ok"


@task()
def work() -> None:
    """Nothing: these jobs only wait."""


# --- The databases ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "said"), [(True, ("ok", "ok")), (False, ("down", "no_answer"))]
)
def test_the_writer_is_asked(monkeypatch, answers, said):
    monkeypatch.setattr(checks, "writer_answers", lambda: answers)
    assert found(checks.Writer()) == said


def test_without_a_reader_nothing_is_amiss_with_it(monkeypatch):
    assert found(checks.Reader()) == ("ok", "ok")


@pytest.fixture
def with_reader(monkeypatch):
    for module in (status, writer_check, checks):
        monkeypatch.setattr(module, "has_reader", lambda: True)
    monkeypatch.setattr(checks, "FIRST_LOOK", 0.0)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (lambda: None, ("degraded", "starting")),
        (lambda: reader_state.seen(0.02), ("ok", "ok")),
        (lambda: reader_state.seen(5.0), ("degraded", "behind")),
        (lambda: reader_state.seen(None), ("degraded", "lag_unknown")),
        (lambda: reader_state.connect_failed("gone"), ("degraded", "breaker_open")),
    ],
)
def test_a_reader_that_is_not_read_from_is_a_warning_only(with_reader, happened, said):
    happened()
    assert found(checks.Reader()) == said


def test_the_lag_is_a_figure(with_reader):
    reader_state.seen(0.25)
    check = checks.Reader()
    found(check)
    assert check.figures == {"lag_seconds": 0.25}


# --- The cache's table --------------------------------------------------------------------


@pytest.fixture
def in_table(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_of_this_test",
        }
    }


def test_a_cache_whose_table_nobody_made_is_down_until_it_is_there(db, in_table):
    assert found(checks.CacheTable()) == ("down", "missing")
    call_command("createcachetable", verbosity=0)
    assert found(checks.CacheTable()) == ("ok", "ok")


# --- Migrations ---------------------------------------------------------------------------


@pytest.fixture
def one_not_applied(db):
    """The latest of the catalog's is not in the record."""
    recorder = MigrationRecorder(connection)
    latest = recorder.migration_qs.filter(app="catalog").order_by("-name").first()
    recorder.record_unapplied("catalog", latest.name)
    return lambda: recorder.record_applied("catalog", latest.name)


def test_a_migration_that_was_not_applied_is_down_until_it_is(one_not_applied):
    check = checks.Migrations()
    assert found(check) == ("down", "pending")
    assert found(check) == ("down", "pending")

    one_not_applied()

    assert found(check) == ("ok", "ok")


def test_that_nothing_is_pending_is_not_asked_again_for_a_while(db, django_assert_num_queries):
    check = checks.Migrations()
    assert found(check) == ("ok", "ok")

    with django_assert_num_queries(0):
        assert found(check) == ("ok", "ok")


def test_in_the_end_it_is_asked_again_as_a_database_may_be_put_back(one_not_applied, monkeypatch):
    one_not_applied()
    check = checks.Migrations()
    found(check)
    MigrationRecorder(connection).record_unapplied("catalog", "0001_initial")
    assert found(check) == ("ok", "ok")

    monkeypatch.setattr(checks, "NOTHING_PENDING_GOOD_FOR", 0.0)
    assert found(check) == ("down", "pending")


# --- The queue ----------------------------------------------------------------------------


@pytest.fixture
def waiting(db, settings):
    """`waiting(seconds, queue)`: a job that could have begun so long ago."""
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", MEDIA]}
    }

    def put(seconds: float, queue: str = "default") -> None:
        enqueue(work.using(queue_name=queue))
        since = timezone.now() - datetime.timedelta(seconds=seconds)
        DBTaskResult.objects.filter(queue_name=queue).update(enqueued_at=since)

    return put


@pytest.mark.parametrize(
    ("seconds", "queue", "said"),
    [
        (10, "default", ("ok", "ok")),
        (6 * 60, "default", ("degraded", "late")),
        (61 * 60, "default", ("down", "stuck")),
        (61 * 60, MEDIA, ("ok", "ok")),
        (3 * 3600, MEDIA, ("degraded", "late")),
        (25 * 3600, MEDIA, ("down", "stuck")),
    ],
)
def test_how_long_a_job_may_wait_goes_by_its_queue(waiting, seconds, queue, said):
    waiting(seconds, queue)
    assert found(checks.Queue()) == said


def test_a_queue_that_grows_too_long_is_a_warning(waiting, monkeypatch):
    monkeypatch.setattr(checks, "OTHERWISE", checks.OTHERWISE._replace(long=1))
    waiting(0)
    assert found(checks.Queue()) == ("ok", "ok")
    waiting(0)
    assert found(checks.Queue()) == ("degraded", "long")


def test_what_waits_in_each_queue_is_a_figure(waiting):
    waiting(60)
    check = checks.Queue()
    found(check)
    assert check.figures["default"]["ready"] == 1
    assert check.figures["default"]["oldest_seconds"] >= 60
    assert check.figures[MEDIA] == {"ready": 0, "running": 0, "oldest_seconds": 0.0}


# --- Workers ------------------------------------------------------------------------------


def test_without_a_worker_that_shows_itself_the_site_is_warned(db):
    check = checks.Workers()
    assert found(check) == ("degraded", "none_alive")

    beat("worker-1")

    assert found(check) == ("ok", "ok")
    assert check.figures == {"alive": 1}


def test_a_worker_that_has_not_shown_itself_for_a_while_is_gone(db, settings):
    beat("worker-1")
    quiet = checks.BEATS_TO_MISS * settings.WORKER_BEAT_SECONDS + 1
    WorkerBeat.objects.update(beat_at=timezone.now() - datetime.timedelta(seconds=quiet))

    assert found(checks.Workers()) == ("degraded", "none_alive")


# --- The store ----------------------------------------------------------------------------


def test_the_folder_is_looked_at(tmp_path):
    assert found(checks.Store()) == ("degraded", "missing")
    (tmp_path / "files").mkdir()
    assert found(checks.Store()) == ("ok", "ok")


def test_a_folder_that_is_shut_to_us_is_down(tmp_path, monkeypatch):
    (tmp_path / "files").mkdir()
    # root, who may run the tests, may look into every folder.
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    assert found(checks.Store()) == ("down", "refused")


def test_a_file_in_the_folders_place_is_down(tmp_path):
    (tmp_path / "files").write_text("")
    assert found(checks.Store()) == ("down", "refused")


@pytest.mark.parametrize(
    ("error", "word"),
    [(StoreUnavailable("s3.internal"), "no_answer"), (StoreRefuses("x"), "refused")],
)
def test_a_store_that_does_not_answer_or_refuses_is_down(monkeypatch, error, word):
    class Store:
        def check(self) -> None:
            raise error

    monkeypatch.setattr(checks, "material_storage", Store)
    assert found(checks.Store()) == ("down", word)
