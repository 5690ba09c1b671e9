"""Queues that are not in the database, as in most tests."""

import datetime

import pytest
from django.db import transaction

from elearning.tasks.queue import enqueue, enqueue_later, task

calls: list[str] = []


@task()
def work(name: str) -> None:
    calls.append(name)


@pytest.fixture(autouse=True)
def _calls():
    calls.clear()


@pytest.mark.django_db
def test_work_begins_when_the_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue(work, "a")
        assert calls == []

    assert calls == ["a"]


def test_a_queue_that_cannot_wait_drops_what_is_for_later():
    enqueue_later(datetime.timedelta(minutes=1), work, "a")

    assert calls == []
