"""Who settles a job where many want to at once, on real databases."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections
from django_tasks_db.models import DBTaskResult

from elearning.tasks import settling
from elearning.tasks.queue import enqueue
from elearning.tasks.reaper import MOST_SILENT_LOOKS, Reaped, Reaper
from elearning.tasks.settling import Outcome
from tests.pair.worker_tasks import campuses

pytestmark = pytest.mark.on_postgresql

ROUNDS = 10
AT_ONCE = 6


@pytest.fixture
def held(settings):
    """`held()` is a job in the hand of a worker that nobody ever heard of."""
    settings.TASKS = {"default": {"BACKEND": "elearning.tasks.backend.Backend"}}

    def held() -> DBTaskResult:
        DBTaskResult.objects.all().delete()
        enqueue(campuses, "")
        row = DBTaskResult.objects.get()
        row.claim("first")
        # With the time as this database keeps it.
        row.refresh_from_db()
        return row

    return held


def at_once(works) -> list:
    """What each of them gives, all begun in the same moment, in threads of their own."""
    barrier = Barrier(len(works))

    def one(work):
        try:
            DBTaskResult.objects.exists()  # connected before the moment
            barrier.wait(10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_of_many_who_reap_one_does_it(held):
    for _ in range(ROUNDS):
        row = held()
        reapers = [Reaper() for _ in range(AT_ONCE)]
        for reaper in reapers:
            for _ in range(MOST_SILENT_LOOKS - 1):
                assert reaper.reap() == Reaped(0, 0)

        reaped = at_once([reaper.reap for reaper in reapers])

        assert sorted(reaped) == [*[Reaped(0, 0)] * (AT_ONCE - 1), Reaped(1, 0)]
        row.refresh_from_db()
        assert (row.status, row.worker_ids) == ("READY", ["first"])


def test_a_result_and_the_reaper_do_not_both_win(held):
    statuses = {Outcome.DONE: "SUCCESSFUL", Outcome.RETRIED: "READY"}
    for _ in range(ROUNDS):
        row = held()
        outcomes = at_once(
            [
                partial(settling.succeed, DBTaskResult.objects.get(), "late"),
                partial(settling.retry, DBTaskResult.objects.get(), ValueError()),
            ]
        )

        (won,) = set(outcomes) - {Outcome.SUPERSEDED}
        row.refresh_from_db()
        assert row.status == statuses[won]
        assert (row.return_value == "late") == (won is Outcome.DONE)
