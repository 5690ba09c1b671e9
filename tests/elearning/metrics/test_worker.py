"""What a worker tells of its jobs and of the queues."""

import pytest
from django.db import OperationalError, connection
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished

from elearning.logs import context
from elearning.metrics import emitting, worker
from elearning.metrics.counting import counting
from elearning.metrics.worker import Worker
from elearning.tasks.queue_state import QueueState
from elearning.tasks.signals import worker_began
from elearning.tasks.worker import Worker as TaskWorker


@pytest.fixture(autouse=True)
def _open_connection(monkeypatch):
    """The test's own connection is not the thread's, and stays."""
    monkeypatch.setattr(worker.connections, "close_all", lambda: None)
    monkeypatch.setattr(context, "_service", "worker")


@pytest.fixture
def queues(monkeypatch):
    """`queues(state, …)` is what waits from then on; an error is raised."""

    def put(*states):
        def queue_state():
            if isinstance(states[0], Exception):
                raise states[0]
            return list(states)

        monkeypatch.setattr(worker, "queue_state", queue_state)

    return put


class Result:
    def __init__(self, status):
        self.status = status


def dimensions(document):
    (names,) = document["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    return {name: document[name] for name in names}


def test_each_queue_tells_how_much_waits_and_for_how_long(tell, queues):
    source = Worker()
    queues(QueueState("default", 0, 0, 0.0), QueueState("media", 3, 1, 61.27))
    source.look()
    queues(QueueState("default", 2, 0, 0.5), QueueState("media", 2, 1, 71.3))
    source.look()

    default, media = tell(source)

    assert dimensions(default) == {"queue": "default"}
    assert (default["queue_length"], default["queue_oldest_s"]) == ([0, 2], [0.0, 0.5])
    assert dimensions(media) == {"queue": "media"}
    assert (media["queue_length"], media["queue_oldest_s"]) == ([3, 2], [61.3, 71.3])


@pytest.mark.django_db
def test_the_real_queues_are_told_of_though_they_are_empty(tell):
    source = Worker()
    source.look()

    told = tell(source)

    assert {document["queue"] for document in told} == {"default", "media"}
    assert {document["queue_length"] for document in told} == {0}


def test_a_database_that_does_not_answer_leaves_the_figures_out(tell, queues):
    source = Worker()
    queues(OperationalError(2003))
    source.look()

    assert tell(source) == []


def test_no_connection_is_kept_between_two_looks(db, queues, monkeypatch):
    closed = []
    monkeypatch.setattr(worker.connections, "close_all", lambda: closed.append(connection.alias))
    queues(QueueState("default", 0, 0, 0.0))
    Worker().look()
    queues(OperationalError(2003))
    Worker().look()

    assert closed == ["default", "default"]


def test_jobs_are_counted_by_how_they_ended(tell):
    worker.finished(Result(TaskResultStatus.SUCCESSFUL))
    worker.finished(Result(TaskResultStatus.SUCCESSFUL))
    worker.finished(Result(TaskResultStatus.FAILED))

    (document,) = tell(Worker())

    assert dimensions(document) == {"service": "worker"}
    assert (document["tasks_done"], document["tasks_failed"]) == (2, 1)


def test_without_jobs_nothing_is_told_of_any(tell):
    assert tell(Worker()) == []


@pytest.fixture
def ready(settings, monkeypatch):
    """`ready("routes")` makes the app ready under this METRICS; undone afterwards."""
    from django.apps import apps

    def with_metrics(value):
        settings.METRICS = value
        apps.get_app_config("elearning_metrics").ready()

    yield with_metrics
    worker_began.disconnect(worker.began)
    task_finished.disconnect(worker.finished)


def test_the_worker_begins_to_tell_before_its_first_job(ready, monkeypatch):
    begun = []
    monkeypatch.setattr(emitting, "ensure_running", begun.append)
    ready("service")

    worker_began.send(TaskWorker)
    task_finished.send(Worker, task_result=Result(TaskResultStatus.FAILED))

    assert begun == [Worker]
    assert counting.take_tasks() == {TaskResultStatus.FAILED: 1}


def test_switched_off_it_does_not_even_listen(ready, monkeypatch):
    begun = []
    monkeypatch.setattr(emitting, "ensure_running", begun.append)
    ready("off")

    worker_began.send(Worker)
    task_finished.send(Worker, task_result=Result(TaskResultStatus.FAILED))

    assert begun == []
    assert not counting.take_tasks()
