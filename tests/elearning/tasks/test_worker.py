"""What a worker does when the database says that it has gone; tests/pair/ really lets it go."""

import datetime
import logging
import sqlite3
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone
from django_tasks.signals import task_finished
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from elearning.db.errors import ReadOnlyServer
from elearning.db.writer_state import writer_state
from elearning.logs import context
from elearning.tasks import job, patience, settling, stopping
from elearning.tasks.patience import Patience, Stopped
from elearning.tasks.queue import GiveUp, enqueue, task
from elearning.tasks.settling import MOST_ATTEMPTS, PAUSES
from elearning.tasks.worker import Worker

GONE = OperationalError(2013, "Lost connection to server during query")
FAULTS = [
    OperationalError(2002, "Can't connect through the socket"),
    OperationalError(2003, "Can't connect"),
    OperationalError(2006, "Server has gone away"),
    GONE,
    OperationalError(1290, "The server runs with --read-only"),
    OperationalError(1792, "Cannot execute statement in a READ ONLY transaction"),
    ReadOnlyServer("The writer's address leads to a server that takes no writes."),
]

calls: list[str] = []
errors: list[Exception] = []
"""What the next calls of `work` raise, one each."""


@task()
def work(name: str) -> str:
    calls.append(name)
    if errors:
        raise errors.pop(0)
    return name


@task()
def nonsense() -> object:
    return object()


@pytest.fixture(autouse=True)
def _queue(alone):
    calls.clear()
    errors.clear()
    writer_state.reset()
    yield
    writer_state.reset()


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    """The pauses of the worker, which nobody waits for."""
    pauses: list[float] = []
    clock = SimpleNamespace(sleep=pauses.append, monotonic=time.monotonic)
    monkeypatch.setattr(patience, "time", clock)
    return pauses


@pytest.fixture
def worker(worker_of) -> Worker:
    return worker_of("ours")


def fails(monkeypatch, name: str, errors: list[Exception], owner=DBTaskResult) -> None:
    """Let this method of DBTaskResult, or function of another owner, raise these first."""
    real = getattr(owner, name)

    def method(*args, **kwargs):
        if errors:
            raise errors.pop(0)
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, method)


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: str(error.args[0])[:10])
def test_a_task_that_lost_the_writer_is_run_again(worker, error):
    errors.append(error)
    enqueue(work, "a")

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, result.return_value) == ("SUCCESSFUL", "a")
    assert result.worker_ids == ["ours", "ours"]


def test_an_error_without_a_code_counts_if_the_back_end_knew_it(worker, monkeypatch):
    """psycopg has none for a connection that broke."""

    real = DBTaskResult.claim

    def claim(self, worker_id):
        if writer_state.generation == 0:
            writer_state.connection_lost(0, "broken")
            raise OperationalError("consuming input failed")
        real(self, worker_id)

    enqueue(work, "a")
    monkeypatch.setattr(DBTaskResult, "claim", claim)

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_failed_connect_without_a_code_counts_while_the_writer_is_down(worker, monkeypatch):
    """psycopg has none for that either, and what is down already begins no new generation."""
    writer_state.went_down(0, "refused")
    fails(monkeypatch, "claim", [OperationalError("connection refused")])
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.parametrize("error", [ValueError("no"), IntegrityError(1062, "Duplicate entry")])
def test_a_task_that_failed_otherwise_is_run_again_after_a_pause(worker, error):
    errors.append(error)
    enqueue(work, "a")
    begun = timezone.now()

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, result.worker_ids, calls) == ("READY", ["ours"], ["a"])
    assert begun + PAUSES[0] <= result.run_after <= timezone.now() + PAUSES[0]

    DBTaskResult.objects.update(run_after=timezone.now())
    worker.run()
    result.refresh_from_db()
    assert (result.status, result.worker_ids) == ("SUCCESSFUL", ["ours", "ours"])


def test_each_pause_is_longer_and_the_last_start_is_the_last(worker):
    errors.extend([ValueError("no")] * (MOST_ATTEMPTS + 1))
    enqueue(work, "a")
    pauses = []

    while not DBTaskResult.objects.finished():
        before = timezone.now()
        worker.run()
        pauses.append(DBTaskResult.objects.get().run_after - before)
        DBTaskResult.objects.update(run_after=timezone.now())

    result = DBTaskResult.objects.get()
    assert (result.status, len(calls)) == ("FAILED", MOST_ATTEMPTS)
    assert "ValueError" in result.traceback
    assert len(PAUSES) == MOST_ATTEMPTS - 1
    minute = datetime.timedelta(minutes=1)
    assert [round(pause / minute, 1) for pause in pauses[:-1]] == [0.2, 1, 10, 60]


def test_a_task_that_says_never_is_not_run_again(worker):
    errors.append(GiveUp("There is no such film."))
    enqueue(work, "a")

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, calls) == ("FAILED", ["a"])
    assert "no such film" in result.traceback


def test_what_no_json_can_say_is_an_error_of_the_task(worker):
    enqueue(nonsense)

    worker.run()

    assert DBTaskResult.objects.get().status == "READY"


@pytest.mark.parametrize("error", [DataError("\\u0000 is no text"), ValueError("NUL")])
def test_what_the_database_cannot_keep_is_one_too(worker, monkeypatch, caplog, error):
    """PostgreSQL takes no NUL. It must not end the worker, and the next one."""
    fails(monkeypatch, "succeed", [error], owner=settling)
    enqueue(work, "a")

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, result.worker_ids) == ("READY", ["ours"])
    (line,) = [line for line in caplog.records if line.msg == "run_task"]
    assert (line.outcome, line.exc_info[1]) == ("retried", error)


def test_an_error_may_say_what_no_database_takes(worker, unheard):
    """The name of a file may have any bytes."""
    errors.append(GiveUp("\udc80.mp4 of 陽菜\0"))
    enqueue(work, "a")

    worker.run()

    result = DBTaskResult.objects.get()
    assert result.status == "FAILED"
    assert result.traceback.endswith("GiveUp: \\udc80.mp4 of 陽菜\\x00\n")


def test_a_task_that_this_release_does_not_have_waits_for_another(worker):
    enqueue(work, "a")
    DBTaskResult.objects.update(task_path="elearning.of_tomorrow.work")

    worker.run()

    assert DBTaskResult.objects.get().status == "READY"


def test_a_task_that_loses_the_writer_each_time_is_given_up(worker):
    errors.extend([GONE] * MOST_ATTEMPTS)
    enqueue(work, "a")

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, len(calls)) == ("FAILED", MOST_ATTEMPTS)
    assert "Lost connection" in result.traceback

    enqueue(work, "b")
    worker.run()
    assert DBTaskResult.objects.successful().get().return_value == "b"


@pytest.mark.parametrize(
    ("stored_by", "status"), [("succeed", "SUCCESSFUL"), ("fail", "FAILED"), ("retry", "READY")]
)
def test_only_the_result_is_tried_again(worker, monkeypatch, pauses, caplog, stored_by, status):
    caplog.set_level(logging.WARNING, logger="elearning.tasks")
    fails(monkeypatch, stored_by, [GONE] * 7, owner=settling)
    if status != "SUCCESSFUL":
        errors.append({"FAILED": GiveUp, "READY": ValueError}[status]("no"))
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == status
    assert calls == ["a"]
    assert pauses == [0.25, 0.5, 1, 2, 3, 3, 3]
    assert caplog.messages.count("wait_for_writer") == 1


def test_without_the_writer_it_waits_to_be_given_a_task(worker, monkeypatch, pauses):
    fails(monkeypatch, "claim", [GONE] * 3)
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert pauses == [0.25, 0.5, 1]


@pytest.mark.parametrize(("name", "owner"), [("claim", DBTaskResult), ("succeed", settling)])
def test_who_lost_a_deadlock_tries_again(worker, monkeypatch, caplog, name, owner):
    """Many workers take from one queue."""
    fails(monkeypatch, name, [OperationalError(1213, "Deadlock found")] * 2, owner=owner)
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert calls == ["a"]
    assert "wait_for_writer" not in caplog.messages


def locked() -> OperationalError:
    """As SQLite says it when somebody held it for longer than its timeout."""
    error = OperationalError("database is locked")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    error.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    return error


@pytest.mark.parametrize(("name", "owner"), [("claim", DBTaskResult), ("succeed", settling)])
def test_who_found_the_file_locked_tries_again(worker, monkeypatch, pauses, name, owner):
    fails(monkeypatch, name, [locked() for _ in range(2)], owner=owner)
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert calls == ["a"]
    assert (pauses == [0.25, 0.5]) is (owner is settling)


def test_a_file_that_is_locked_before_the_claim_begins_ends_no_worker(worker, monkeypatch, pauses):
    fails(monkeypatch, "exclusive_transaction", [locked()], owner=db_worker)
    enqueue(work, "a")

    worker.run()

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert pauses == [0.25]


def test_any_other_error_ends_it(worker, monkeypatch):
    fails(monkeypatch, "claim", [OperationalError(1045, "Access denied")])
    enqueue(work, "a")

    with pytest.raises(OperationalError, match="Access denied"):
        worker.run()


def test_what_others_have_in_hand_is_left_alone(worker):
    enqueue(work, "theirs")
    theirs = DBTaskResult.objects.get()
    theirs.claim("ours")  # and gave it back
    theirs.claim("another")
    errors.append(GONE)
    enqueue(work, "a")

    worker.run()

    theirs.refresh_from_db()
    assert (theirs.status, theirs.worker_ids) == ("RUNNING", ["ours", "another"])
    assert calls == ["a", "a"]


def test_told_to_stop_it_does_not_wait(worker, monkeypatch, pauses):
    def refuse(row, value):
        worker.shutdown(15, None)
        raise GONE

    monkeypatch.setattr(settling, "succeed", refuse)
    enqueue(work, "a")

    with pytest.raises(Stopped) as stopped:
        worker.run()

    assert stopped.value.code is None
    assert pauses == []
    # The writer is there after all, so it could be given back.
    assert DBTaskResult.objects.get().status == "READY"


def test_after_a_quiet_time_the_pauses_are_short_again(pauses):
    patient = Patience(lambda: True)
    patient.pause()
    patient.pause()
    patient._paused_at -= patience.WELL_AGAIN + 1
    patient.pause()

    assert pauses == [0.25, 0.5, 0.25]


def test_the_command_runs_this_worker(monkeypatch):
    monkeypatch.setattr(Worker, "configure_signals", lambda self: None)
    errors.append(GONE)
    enqueue(work, "a")

    call_command("work", batch=True, reload=False, startup_delay=False, verbosity=0)

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert calls == ["a", "a"]


def test_one_worker_alone_does_the_work_of_every_queue(monkeypatch, settings):
    settings.TASKS["default"]["QUEUES"] = ["default", "media"]
    monkeypatch.setattr(Worker, "configure_signals", lambda self: None)
    enqueue(work, "quick")
    enqueue(work.using(queue_name="media"), "long")

    call_command("work", batch=True, reload=False, startup_delay=False, verbosity=0)

    assert sorted(calls) == ["long", "quick"]


def test_a_job_says_one_line_with_the_request_that_caused_it(worker, caplog):
    caplog.set_level(logging.DEBUG)
    with context.bind(request_id="5" * 32, user="0123456789abcdef"):
        enqueue(work, "a")
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append((record, context.current()))
    logging.getLogger("elearning.tasks").addHandler(handler)
    try:
        worker.run()
    finally:
        logging.getLogger("elearning.tasks").removeHandler(handler)

    ((record, fields),) = [one for one in seen if one[0].msg == "run_task"]
    assert (record.outcome, record.levelname) == ("done", "INFO")
    assert record.ms >= 0
    assert record.waited_ms >= 0
    assert fields == {
        "request_id": "5" * 32,
        "user": "0123456789abcdef",
        "task": "tests.elearning.tasks.test_worker.work",
        "task_id": str(DBTaskResult.objects.get().pk),
        "attempt": 1,
    }
    assert not [line for line in caplog.records if line.name == "django_tasks"]


@pytest.mark.parametrize(
    ("error", "outcome", "level"),
    [(ValueError("no"), "retried", "WARNING"), (GiveUp("no"), "failed", "ERROR")],
)
def test_a_job_that_failed_says_with_what(worker, caplog, error, outcome, level):
    errors.append(error)
    enqueue(work, "a")

    worker.run()

    (line,) = [line for line in caplog.records if line.msg == "run_task"]
    assert (line.outcome, line.levelname, line.exc_info[1]) == (outcome, level, error)


def test_those_who_listen_hear_of_jobs_that_are_done_or_given_up(worker):
    heard = []

    def hear(task_result, **kwargs):
        heard.append(task_result.status)

    task_finished.connect(hear)
    try:
        errors.extend([ValueError("no"), GiveUp("no")])
        enqueue(work, "is tried again")
        enqueue(work, "is given up")
        enqueue(work, "is done")
        worker.run()
    finally:
        task_finished.disconnect(hear)

    assert sorted(heard) == ["FAILED", "SUCCESSFUL"]


def test_they_also_hear_of_what_is_given_up_before_it_is_begun(worker, caplog):
    """A worker of the same name had it in hand when it died, for the last time."""
    heard = []

    def hear(task_result, **kwargs):
        heard.append(task_result.status)

    enqueue(work, "a")
    DBTaskResult.objects.get().claim("ours")
    DBTaskResult.objects.update(worker_ids=["ours"] * MOST_ATTEMPTS)
    task_finished.connect(hear)
    try:
        worker.run()
    finally:
        task_finished.disconnect(hear)

    assert (heard, calls) == (["FAILED"], [])
    (line,) = [line for line in caplog.records if line.msg == "begin_task_anew"]
    assert (line.levelname, line.outcome) == ("ERROR", "failed")


def test_what_it_had_in_hand_for_another_queue_table_is_not_its_own(worker):
    enqueue(work, "a")
    DBTaskResult.objects.get().claim("ours")
    DBTaskResult.objects.update(backend_name="another")

    worker.run()

    assert DBTaskResult.objects.get().status == "RUNNING"


def test_told_to_stop_it_does_not_pause_either(pauses):
    Patience(lambda: False).pause()
    assert pauses == []


def test_after_as_many_tasks_as_it_was_told_it_ends(worker):
    worker.max_tasks = 2
    for name in "abc":
        enqueue(work, name)

    worker.run()

    assert len(calls) == 2


def test_only_the_beginning_is_put_off_by_chance(worker, monkeypatch):
    """Not every try while the writer is away."""
    delays = []
    clock = SimpleNamespace(sleep=delays.append)
    monkeypatch.setattr(db_worker, "time", clock)
    worker.startup_delay, worker.interval = True, 0.1
    fails(monkeypatch, "claim", [GONE] * 3)
    enqueue(work, "a")

    worker.run()

    assert len(delays) == 1


def test_told_to_let_go_whatever_it_raises_is_no_failure_of_the_task(worker):
    def raises(row):
        stopping.tell()
        worker.running = False
        raise ValueError("ffmpeg was ended")

    enqueue(work, "a")
    row = DBTaskResult.objects.get()
    row.claim("ours")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "call", raises)
        worker.run_task(row)

    assert (row.status, row.worker_ids) == ("READY", [])


def test_what_was_claimed_in_the_moment_of_the_word_to_stop_is_given_back(worker, monkeypatch):
    """The word comes before the job, so its start does not count."""

    def claims_and_is_told():
        DBTaskResult.objects.get().claim("ours")
        worker.running = False
        raise stopping.Interrupted

    enqueue(work, "a")
    monkeypatch.setattr(worker, "_run", claims_and_is_told)

    worker.run()

    result = DBTaskResult.objects.get()
    assert (result.status, result.worker_ids, calls) == ("READY", [], [])


def test_connections_in_the_middle_of_a_statement_are_let_go_of(worker, monkeypatch):
    closed = []
    connections = SimpleNamespace(close_all=lambda: closed.append(True))
    monkeypatch.setattr("elearning.tasks.worker.connections", connections)
    monkeypatch.setattr(settling, "give_back", lambda row: settling.Outcome.GIVEN_BACK)

    worker._give_back(DBTaskResult())
    assert closed == []
    worker._grace.broke_off = True
    worker._give_back(DBTaskResult())
    assert closed == [True]
