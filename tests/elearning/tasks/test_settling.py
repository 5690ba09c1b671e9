"""What a row keeps of how a start ended."""

import pytest
from django_tasks_db.models import DBTaskResult

from elearning.tasks import settling
from elearning.tasks.queue import enqueue, task


@task()
def work() -> None: ...


@pytest.fixture
def row(alone) -> DBTaskResult:
    enqueue(work)
    row = DBTaskResult.objects.get()
    row.claim("first")
    return row


def test_a_start_that_was_given_back_does_not_count(row):
    settling.give_back(row)

    kept = DBTaskResult.objects.get()
    assert (kept.status, kept.worker_ids, row.worker_ids) == ("READY", [], [])
    assert DBTaskResult.objects.ready().exists()
