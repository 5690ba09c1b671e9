"""What waits, since when, and what is in hand."""

import datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from elearning.tasks.queue import MEDIA, enqueue, enqueue_later, task
from elearning.tasks.queue_state import QueueState, queue_state


@task()
def work() -> None:
    """Nothing: these jobs only wait."""


@pytest.fixture(autouse=True)
def _queue(db, settings):
    settings.TASKS = {
        "default": {"BACKEND": "elearning.tasks.backend.Backend", "QUEUES": ["default", MEDIA]}
    }


def ago(seconds: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(seconds=seconds)


def test_an_empty_queue_is_there_too():
    assert queue_state() == [QueueState("default", 0, 0, 0.0), QueueState(MEDIA, 0, 0, 0.0)]


def test_each_queue_counts_what_waits_and_what_runs():
    for _ in range(3):
        enqueue(work)
    enqueue(work.using(queue_name=MEDIA))
    DBTaskResult.objects.filter(queue_name="default").first().claim("somebody")
    DBTaskResult.objects.filter(queue_name="default").first().set_successful(None)

    default, media = queue_state()

    assert (default.queue, default.ready, default.running) == ("default", 2, 0)
    assert (media.queue, media.ready, media.running) == (MEDIA, 1, 0)

    DBTaskResult.objects.get(queue_name=MEDIA).claim("somebody")
    _, media = queue_state()
    assert media == QueueState(MEDIA, 0, 1, 0.0)


def test_the_oldest_is_the_one_that_could_have_begun_first():
    enqueue(work)
    enqueue(work)
    DBTaskResult.objects.filter(pk=DBTaskResult.objects.first().pk).update(enqueued_at=ago(600))

    assert queue_state()[0].oldest_seconds == pytest.approx(600, abs=30)


def test_what_is_for_later_neither_waits_nor_grows_old():
    enqueue_later(datetime.timedelta(hours=1), work)
    DBTaskResult.objects.update(enqueued_at=ago(600))

    assert queue_state()[0] == QueueState("default", 0, 0, 0.0)


def test_what_was_for_later_waits_from_when_it_was_due():
    enqueue_later(datetime.timedelta(hours=1), work)
    DBTaskResult.objects.update(enqueued_at=ago(7200), run_after=ago(60))

    assert queue_state()[0].ready == 1
    assert queue_state()[0].oldest_seconds == pytest.approx(60, abs=30)


def test_it_costs_one_query(django_assert_num_queries):
    enqueue(work)
    enqueue(work.using(queue_name=MEDIA))
    with django_assert_num_queries(1):
        queue_state()


def test_what_a_clock_that_is_ahead_has_queued_has_waited_for_no_time():
    enqueue(work)
    DBTaskResult.objects.update(enqueued_at=ago(-60))

    assert queue_state()[0].oldest_seconds == 0.0
