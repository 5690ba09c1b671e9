"""Who is taken for dead, and what becomes of his job. tests/worker_stories.py really kills."""

import datetime
import logging
import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from elearning.tasks import beating, settling
from elearning.tasks.beating import Beating, beat, forget
from elearning.tasks.models import WorkerBeat
from elearning.tasks.queue import enqueue, task
from elearning.tasks.reaper import MOST_SILENT_LOOKS, Reaped, Reaper
from elearning.tasks.settling import MOST_ATTEMPTS, Outcome


@task()
def work(name: str) -> str:
    return name


@pytest.fixture(autouse=True)
def _queue(alone): ...


@pytest.fixture
def held() -> DBTaskResult:
    """A job in the hand of "first", who has beaten."""
    enqueue(work, "a")
    row = DBTaskResult.objects.get()
    row.claim("first")
    beat("first")
    return row


def look(reaper: Reaper, times: int) -> Reaped:
    """What the last of so many looks did."""
    for _ in range(times - 1):
        assert reaper.reap() == Reaped(0, 0)
    return reaper.reap()


def test_the_job_of_a_silent_worker_is_queued_again(held, caplog):
    caplog.set_level(logging.WARNING)

    assert look(Reaper(), MOST_SILENT_LOOKS) == Reaped(requeued=1, failed=0)

    held.refresh_from_db()
    assert (held.status, held.worker_ids) == ("READY", ["first"])
    assert DBTaskResult.objects.ready().exists()
    assert [(line.msg, line.outcome) for line in caplog.records] == [("reap_task", "retried")]


def test_the_job_of_a_living_worker_is_left_alone_however_long_it_takes(held):
    reaper = Reaper()
    for _ in range(10 * MOST_SILENT_LOOKS):
        beat("first")
        assert reaper.reap() == Reaped(0, 0)

    # Silent, but not for long enough; the last look above was the first.
    assert look(reaper, MOST_SILENT_LOOKS - 2) == Reaped(0, 0)
    beat("first")
    assert look(reaper, MOST_SILENT_LOOKS - 1) == Reaped(0, 0)


def test_a_worker_that_never_showed_itself_is_silent_too(held):
    """One of the last release, or one that died before its first beat."""
    WorkerBeat.objects.all().delete()

    assert look(Reaper(), MOST_SILENT_LOOKS) == Reaped(1, 0)


def test_but_not_as_long_as_it_begins_one_job_after_another(held):
    WorkerBeat.objects.all().delete()
    reaper = Reaper()
    for _ in range(3):
        look(reaper, MOST_SILENT_LOOKS - 1)
        DBTaskResult.objects.update(started_at=timezone.now())


def test_who_saw_nothing_for_a_while_begins_to_count_anew(held):
    """While the writer was away nobody could beat."""
    reaper = Reaper()
    look(reaper, MOST_SILENT_LOOKS - 1)
    reaper.forget()
    assert look(reaper, MOST_SILENT_LOOKS) == Reaped(1, 0)


def test_a_job_that_ends_every_worker_has_failed_and_says_why(held):
    DBTaskResult.objects.update(worker_ids=[*"abcd", "first"])

    assert look(Reaper(), MOST_SILENT_LOOKS) == Reaped(requeued=0, failed=1)

    held.refresh_from_db()
    assert (held.status, len(held.worker_ids)) == ("FAILED", MOST_ATTEMPTS)
    assert held.exception_class_path == "elearning.tasks.reaper.WorkerLost"
    assert held.traceback.endswith("The worker died, or was cut off, before the job had ended.\n")
    assert held.task_result.errors


def test_those_who_listen_hear_of_it_once(held):
    """The alarm on failed jobs does: one that ends its worker never says a word itself."""
    heard = []

    def hear(task_result, **kwargs):
        heard.append((task_result.status, task_result.id))

    task_finished.connect(hear)
    try:
        look(Reaper(), MOST_SILENT_LOOKS)
        assert heard == []
        DBTaskResult.objects.get().claim("next")
        DBTaskResult.objects.update(worker_ids=[*"abcd", "next"])
        one, other = Reaper(), Reaper()
        look(one, MOST_SILENT_LOOKS - 1)
        look(other, MOST_SILENT_LOOKS - 1)
        one.reap()
        other.reap()
    finally:
        task_finished.disconnect(hear)

    assert heard == [("FAILED", str(held.pk))]


def test_of_two_who_look_at_once_one_does_it(held):
    one, other = Reaper(), Reaper()
    look(one, MOST_SILENT_LOOKS - 1)
    look(other, MOST_SILENT_LOOKS - 1)

    assert (one.reap(), other.reap()) == (Reaped(1, 0), Reaped(0, 0))


@pytest.mark.parametrize(
    ("settle", "arguments"),
    [
        (settling.succeed, ["late"]),
        (settling.fail, [ValueError()]),
        (settling.retry, [ValueError()]),
        (settling.give_back, []),
    ],
    ids=["succeed", "fail", "retry", "give_back"],
)
@pytest.mark.parametrize("next_one", [None, "second"], ids=["waits", "has-begun"])
def test_who_was_taken_for_dead_and_comes_back_changes_nothing(held, settle, arguments, next_one):
    look(Reaper(), MOST_SILENT_LOOKS)
    row = DBTaskResult.objects.get()
    if next_one:
        row.claim(next_one)
    before = DBTaskResult.objects.values().get()

    assert settle(held, *arguments) is Outcome.SUPERSEDED

    assert DBTaskResult.objects.values().get() == before


def test_a_worker_under_the_name_of_one_that_died_begins_its_job_anew(held, worker_of):
    worker_of("first").run()

    held.refresh_from_db()
    assert (held.status, held.worker_ids) == ("SUCCESSFUL", ["first", "first"])


def test_looking_costs_one_query_where_nothing_runs_and_two_where_something_does(
    django_assert_num_queries,
):
    with django_assert_num_queries(1):
        Reaper().reap()
    for worker in ("first", "second"):
        enqueue(work, "a")
        DBTaskResult.objects.ready().first().claim(worker)
    with django_assert_num_queries(2):
        Reaper().reap()


def test_beats_of_the_dead_are_kept_for_a_day():
    beat("dead")
    WorkerBeat.objects.update(beat_at=timezone.now() - datetime.timedelta(hours=23))
    beat("alive")
    beat("leaving")
    forget("leaving")
    assert set(WorkerBeat.objects.values_list("worker_id", flat=True)) == {"dead", "alive"}
    WorkerBeat.objects.filter(worker_id="dead").update(
        beat_at=timezone.now() - datetime.timedelta(hours=25)
    )
    forget("leaving")
    assert WorkerBeat.objects.get().worker_id == "alive"


@pytest.mark.parametrize("error", [OperationalError(2006, "gone"), ValueError("unforeseen")])
def test_no_error_ends_the_beating(settings, monkeypatch, error):
    """It would be the end of every job that takes longer than a minute."""
    settings.WORKER_BEAT_SECONDS = 0
    beaten = threading.Semaphore(0)
    forgotten = threading.Semaphore(0)

    def fails(worker_id):
        beaten.release()
        raise error

    monkeypatch.setattr(beating, "beat", fails)
    monkeypatch.setattr(beating.Reaper, "forget", lambda self: forgotten.release())
    monkeypatch.setattr(beating, "close_old_connections", lambda: None)
    monkeypatch.setattr(beating, "WorkerBeat", SilentTable)
    ours = Beating("first")
    ours.start()
    try:
        for _ in range(3):
            assert beaten.acquire(timeout=10)
            assert forgotten.acquire(timeout=10)
    finally:
        ours.stop()


class SilentTable:
    """The thread must not touch the database of this test."""

    class objects:  # noqa: N801 - as Django names it
        @staticmethod
        def filter(*which, **more):
            raise OperationalError(2006, "gone")


def test_the_beat_that_counts_is_that_of_who_has_it_in_hand_now(held):
    """Who had it before may be long dead."""
    DBTaskResult.objects.update(worker_ids=["dead", "first"])
    beat("dead")
    reaper = Reaper()
    for _ in range(2 * MOST_SILENT_LOOKS):
        beat("first")
        assert reaper.reap() == Reaped(0, 0)


def test_the_thread_keeps_no_connection_and_no_process_from_ending(settings, monkeypatch):
    settings.WORKER_BEAT_SECONDS = 0
    called = []
    done = threading.Event()
    monkeypatch.setattr(beating, "beat", lambda worker_id: done.set())
    monkeypatch.setattr(beating.Reaper, "reap", lambda self: called.append("reap"))
    monkeypatch.setattr(beating, "close_old_connections", lambda: called.append("old"))
    monkeypatch.setattr(
        beating, "connections", SimpleNamespace(close_all=lambda: called.append("all"))
    )
    monkeypatch.setattr(beating, "WorkerBeat", SilentTable)
    ours = Beating("first")
    ours.start()
    assert done.wait(10)
    ours.stop()

    assert called[:2] == ["old", "reap"]
    assert called[-1] == "all"
    assert ours._thread.daemon
