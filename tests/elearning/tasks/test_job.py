"""One start of one job: what it is given, and who hears of it."""

import datetime

import pytest
from django.utils import timezone
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult, get_date_max

from elearning.tasks import job
from elearning.tasks.queue import enqueue, task


@task()
def work(name: str) -> str:
    return name


@task(takes_context=True)
def knows_its_start(context, name: str) -> list:
    return [context.attempt, name]


@pytest.fixture(autouse=True)
def _queue(alone): ...


@pytest.fixture
def heard():
    """The receivers' calls, of one signal or the other."""
    calls = []

    def hear(task_result, **kwargs):
        calls.append(str(task_result.id))

    for each in (task_started, task_finished):
        each.connect(hear)
    yield calls
    for each in (task_started, task_finished):
        each.disconnect(hear)


def begun(task, *arguments) -> DBTaskResult:
    enqueue(task, *arguments)
    row = DBTaskResult.objects.get()
    row.claim("ours")
    return row


def test_a_task_may_ask_for_its_context():
    assert job.call(begun(knows_its_start, "a")) == [1, "a"]


def test_those_who_listen_hear_that_it_has_begun(heard):
    row = begun(work, "a")
    job.call(row)
    assert heard == [str(row.pk)]


def test_nobody_hears_of_a_task_that_this_release_does_not_have(heard):
    row = begun(work, "a")
    row.task_path = "elearning.of_tomorrow.work"
    job.tell_end(row)
    assert heard == []


@pytest.mark.parametrize(("for_later", "waited"), [(False, 3600), (True, 60)])
def test_it_has_waited_since_it_could_have_begun(for_later, waited):
    now = timezone.now()
    row = DBTaskResult(enqueued_at=now - datetime.timedelta(hours=1), started_at=now)
    row.run_after = now - datetime.timedelta(minutes=1) if for_later else get_date_max()
    assert job.waited(row) == waited
