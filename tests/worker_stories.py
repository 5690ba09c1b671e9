"""What becomes of jobs when their workers are killed, frozen, and told to stop; schedulers too.

These run on SQLite (tests/elearning/tasks/test_worker_processes.py), and on the pairs of
databases (tests/pair/test_worker_processes.py); each place has its own `bench`.
"""

import json
import shutil
from pathlib import Path

import pytest

from elearning.scheduling.daily import schedule
from elearning.scheduling.models import CommandRun
from elearning.tasks.models import WorkerBeat
from tests import worker_jobs
from tests.servers.workers import Bench, WorkerProcess


def lines(worker: WorkerProcess, event: str) -> list[dict]:
    """What it said of such events."""
    said = [json.loads(line) for line in worker.words().splitlines()]
    return [line for line in said if line["event"] == event]


def test_a_worker_that_is_killed_is_followed_by_another(bench: Bench):
    first = bench.worker()
    row = bench.put(worker_jobs.until_told)
    bench.begun()
    second = bench.worker()

    first.kill()
    bench.begun(2)
    bench.go(second)
    bench.status_is(row, "SUCCESSFUL")

    assert row.return_value == second.pid
    assert bench.starts() == [first.pid, second.pid]
    assert len(row.worker_ids) == 2
    (reaped,) = lines(second, "reap_task")
    assert (reaped["outcome"], reaped["task_id"]) == ("retried", str(row.pk))
    (ran,) = lines(second, "run_task")
    assert (ran["outcome"], ran["attempt"], ran["service"]) == ("done", 2, "worker")
    assert ran["ms"] > 0
    assert ran["waited_ms"] >= 0


def test_a_long_job_stays_with_the_worker_that_lives(bench: Bench):
    first = bench.worker()
    held = bench.put(worker_jobs.until_told)
    bench.begun()
    others = {worker.pid: worker for worker in (bench.worker(), bench.worker())}
    bench.put(worker_jobs.asks_nobody)
    bench.begun(2)

    # Whoever is left looks at both jobs for as long, and begins that of the dead one anew.
    others.pop(bench.starts()[-1]).kill()
    bench.begun(3)

    bench.go(first)
    bench.status_is(held, "SUCCESSFUL")
    assert held.return_value == first.pid
    assert len(held.worker_ids) == 1
    assert bench.starts()[-1] in others


@pytest.mark.parametrize("comes_back", ["while-the-other-is-at-it", "afterwards"])
def test_a_worker_that_was_only_frozen_changes_nothing_any_more(bench: Bench, comes_back: str):
    first = bench.worker()
    row = bench.put(worker_jobs.until_told)
    bench.begun()
    first.freeze()
    second = bench.worker()
    bench.begun(2)

    if comes_back == "afterwards":
        bench.go(second)
        bench.status_is(row, "SUCCESSFUL")
    bench.go(first)
    first.thaw()
    first.says("superseded")
    bench.go(second)

    bench.status_is(row, "SUCCESSFUL")
    assert row.return_value == second.pid
    assert [line["outcome"] for line in lines(first, "run_task")] == ["superseded"]


def test_told_to_stop_a_worker_ends_what_it_has_in_hand_and_begins_nothing(bench: Bench):
    worker = bench.worker()
    in_hand = bench.put(worker_jobs.until_told)
    bench.begun()
    waiting = bench.put(worker_jobs.at_once)

    worker.tell_to_stop()
    worker.says("drain_worker")
    bench.go(worker)

    assert worker.end() == 0
    bench.status_is(in_hand, "SUCCESSFUL")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.worker_ids) == ("READY", [])
    assert not WorkerBeat.objects.exists()


@pytest.mark.parametrize(
    "job", [worker_jobs.asks, worker_jobs.asks_nobody], ids=lambda job: job.name
)
def test_what_does_not_end_in_time_is_given_back_and_does_not_count(bench: Bench, job):
    worker = bench.worker(WORKER_GRACE_SECONDS="1")
    row = bench.put(job)
    bench.begun()

    worker.tell_to_stop()

    assert worker.end() == 0, worker.words()
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", [])
    assert (bench.folder / "cleared-up").exists()
    (ran,) = lines(worker, "run_task")
    assert (ran["outcome"], ran["level"]) == ("given_back", "info")

    bench.worker()
    bench.begun(2)


def test_who_says_it_twice_does_not_wait(bench: Bench):
    worker = bench.worker()
    row = bench.put(worker_jobs.asks)
    bench.begun()

    worker.tell_to_stop()
    worker.says("drain_worker")
    worker.tell_to_stop()

    assert worker.end() == 0
    bench.status_is(row, "READY")


def test_a_worker_that_has_nothing_to_do_ends_at_once(bench: Bench):
    worker = bench.worker()
    worker.tell_to_stop()
    assert worker.end() == 0
    assert [line["in_hand"] for line in lines(worker, "drain_worker")] == [False]


def test_a_worker_says_one_line_a_job_and_nothing_else(bench: Bench):
    worker = bench.worker()
    rows = [bench.put(worker_jobs.at_once) for _ in range(3)]
    for row in rows:
        bench.status_is(row, "SUCCESSFUL")
    worker.tell_to_stop()
    assert worker.end() == 0

    said = [json.loads(line)["event"] for line in worker.words().splitlines()]
    assert [event for event in said if event != "measure"] == [
        "start_worker",
        *["run_task"] * 3,
        "drain_worker",
        "end_worker",
    ]


def test_of_two_schedulers_one_runs_each_command(bench: Bench):
    schedulers = [bench.scheduler(), bench.scheduler()]
    names = sorted(daily.name for daily in schedule())
    runs = CommandRun.objects.filter(outcome="done")
    schedulers[0].wait_until(lambda: runs.count() == len(names))

    for scheduler in schedulers:
        # The one may be done before the other has begun.
        scheduler.says("start_scheduler")
        scheduler.tell_to_stop()
    assert [scheduler.end() for scheduler in schedulers] == [0, 0]

    said = [line for scheduler in schedulers for line in lines(scheduler, "run_command")]
    assert sorted(line["command"] for line in said) == names
    assert {(line["outcome"], line["service"]) for line in said} == {("done", "scheduler")}
    assert sorted(CommandRun.objects.values_list("name", "attempt")) == [
        (name, 1) for name in names
    ]


def folders(bench: Bench) -> list[Path]:
    return list(bench.folder.glob("derivative-*"))


@pytest.mark.parametrize("asking", [True, False], ids=["asks", "is-broken-off"])
def test_no_ffmpeg_goes_on_and_no_folder_stays_behind(bench: Bench, asking: bool):
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg on this machine: see scripts/system-packages.sh")
    worker = bench.worker(WORKER_GRACE_SECONDS="1")
    row = bench.put(worker_jobs.converts, asking)
    bench.begun()
    assert folders(bench)
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    assert children

    worker.tell_to_stop()

    assert worker.end() == 0
    bench.status_is(row, "READY")
    assert row.worker_ids == []
    assert folders(bench) == []
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
