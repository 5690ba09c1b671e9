"""A job remembers the request that caused it."""

import pytest
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from elearning.logs import context
from elearning.tasks.backend import log_fields
from elearning.tasks.queue import enqueue, task

REQUEST = {"request_id": "5" * 32, "trace_id": "Root=1-67891233-abcdef012345678912345678"}


@task()
def work(name: str, *, times: int = 1) -> None:
    """Nothing: what is looked at is its row."""


@pytest.fixture(autouse=True)
def _queue(db, settings):
    settings.TASKS = {"default": {"BACKEND": "elearning.tasks.backend.Backend"}}


def test_the_cause_travels_beside_the_arguments():
    with context.bind(**REQUEST, user="0123456789abcdef", route="home", task="other"):
        enqueue(work, "a", times=2)

    row = DBTaskResult.objects.get()
    assert log_fields(row) == {
        **REQUEST,
        "user": "0123456789abcdef",
        "task": "tests.elearning.tasks.test_backend.work",
        "task_id": str(row.pk),
        "attempt": 0,
    }
    assert (row.task_result.args, row.task_result.kwargs) == (["a"], {"times": 2})


def test_only_what_is_known_of_the_request_is_kept():
    with context.bind(**{**REQUEST, "trace_id": None}):
        enqueue(work, "a")

    assert DBTaskResult.objects.get().args_kwargs["cause"] == {"request_id": "5" * 32}


def test_a_job_that_nobody_asked_for_has_no_cause():
    enqueue(work, "a")

    row = DBTaskResult.objects.get()
    assert log_fields(row).keys() == {"task", "task_id", "attempt"}
    assert row.args_kwargs == {"args": ["a"], "kwargs": {}}


def test_a_job_of_an_earlier_release_has_none():
    with (
        override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}),
        context.bind(**REQUEST),
    ):
        enqueue(work, "a")

    assert log_fields(DBTaskResult.objects.get()).keys() == {"task", "task_id", "attempt"}


def test_a_job_keeps_how_urgent_it_is():
    enqueue(work.using(priority=7), "a")

    assert DBTaskResult.objects.get().priority == 7
