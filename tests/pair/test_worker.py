"""A real worker process, with the real queue, at the pair's addresses."""

import datetime
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django_tasks_db.models import DBTaskResult

from accounts.models import Campus
from elearning.tasks.queue import enqueue, enqueue_later
from tests.pair.worker_tasks import add_campus, campuses, count_calls
from tests.servers.forwarder import Forwarder
from tests.servers.workers import Bench, WorkerProcess


def url_of(alias: str) -> str:
    database = django_settings.DATABASES[alias]
    scheme = {"mariadb": "mysql", "postgresql": "postgres"}[django_settings.PAIR]
    return (
        f"{scheme}://{database['USER']}:{quote(database['PASSWORD'])}"
        f"@{database['HOST']}:{database['PORT']}/{connection.settings_dict['NAME']}"
    )


def ended(worker: WorkerProcess, job) -> DBTaskResult:
    """The one result of this task, once it has ended."""
    results = DBTaskResult.objects.filter(task_path=job.module_path)
    worker.wait_until(lambda: results.finished().exists())
    return results.get()


def begun(worker: WorkerProcess) -> None:
    """Wait until it has something in hand."""
    worker.wait_until(lambda: DBTaskResult.objects.running().exists())


@pytest.fixture
def begin(pair, settings, tmp_path) -> Iterator[Callable[[], WorkerProcess]]:
    """`begin()` starts a worker; tasks queued by the test wait for one."""
    settings.TASKS = {"default": {"BACKEND": "elearning.tasks.backend.Backend"}}
    bench = Bench(
        tmp_path, {"DATABASE_URL": url_of("default"), "DATABASE_READER_URL": url_of("reader")}
    )
    yield bench.worker
    bench.close()


@pytest.fixture
def writer_address(pair) -> Iterator[Forwarder]:
    """The pair's, listening again at the end in any case."""
    yield pair.writer_address
    pair.writer_address.accept()


def back(address: Forwarder) -> None:
    """The writer can be reached again, also by this process."""
    address.accept()
    connections.close_all()


@pytest.mark.on_postgresql
def test_10_tasks_of_a_real_worker_use_the_writer(pair, begin):
    pair.stop_replication()
    Campus.objects.create(name="新校舎")
    enqueue(campuses, "新校舎")

    result = ended(begin(), campuses)

    assert result.return_value == ["default", 1]
    assert not Campus.objects.using("reader").filter(name="新校舎").exists()


@pytest.mark.on_postgresql
def test_10_a_worker_outlives_a_failover(begin, writer_address):
    worker = begin()
    enqueue_later(datetime.timedelta(seconds=0.8), campuses, "before")

    writer_address.refuse()
    worker.says("wait_for_writer")
    time.sleep(0.8)
    back(writer_address)
    enqueue(add_campus, "after", 0)

    for job in (campuses, add_campus):
        result = ended(worker, job)
        assert (result.status, len(result.worker_ids)) == ("SUCCESSFUL", 1)
    assert worker.words().count("wait_for_writer") == 1


@pytest.mark.on_postgresql
def test_10_a_task_in_hand_when_its_connection_is_cut_is_run_to_its_end(begin, writer_address):
    worker = begin()
    enqueue(add_campus, "新校舎", 0.3)
    begun(worker)
    time.sleep(0.1)

    writer_address.cut()
    connections.close_all()

    result = ended(worker, add_campus)
    assert result.status == "SUCCESSFUL", result.traceback
    assert len(result.worker_ids) == 2
    assert Campus.objects.filter(name="新校舎").count() == 1


@pytest.mark.on_postgresql
def test_10_a_result_that_could_not_be_stored_is_kept(begin, writer_address, tmp_path):
    """The task was done, so it is not run again."""
    worker = begin()
    calls = tmp_path / "calls"
    enqueue(count_calls, str(calls), 0.2)
    begun(worker)

    writer_address.refuse()
    worker.says("wait_for_writer")
    back(writer_address)

    result = ended(worker, count_calls)
    assert (result.status, len(result.worker_ids)) == ("SUCCESSFUL", 1)
    assert calls.read_text() == "called\n"


def test_10_a_claim_whose_commit_was_not_heard_of_is_run(begin, writer_address):
    enqueue(campuses, "")
    writer_address.cut_after(b"\x03COMMIT")  # the command itself, not READ COMMITTED

    result = ended(begin(), campuses)

    assert (result.status, len(result.worker_ids)) == ("SUCCESSFUL", 2)


@pytest.mark.parametrize("in_hand", [False, True])
def test_10_a_worker_can_be_told_to_stop_while_it_waits(begin, writer_address, in_hand, tmp_path):
    worker = begin()
    if in_hand:
        enqueue(count_calls, str(tmp_path / "calls"), 0.2)
        begun(worker)
    writer_address.refuse()
    worker.says("wait_for_writer")

    worker.tell_to_stop()
    assert worker.end() == 0, worker.words()

    back(writer_address)
    assert DBTaskResult.objects.running().count() == in_hand
