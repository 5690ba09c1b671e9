"""Real worker processes on a database that the test can look into."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django_tasks_db.models import DBTaskResult

from tests.drills.site import ROOT, environment

SECONDS = 40
"""How long anything here may take before the test fails."""


WORK = ("work", "--no-reload", "--no-startup-delay", "--interval", "0.1")


class WorkerProcess:
    """`manage.py work`, or another command that goes on, with what it says in `log`."""

    def __init__(self, log: Path, environment: Mapping[str, str], command: Sequence[str]) -> None:
        self._log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "manage.py", *command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def words(self) -> str:
        return self._log.read_text(errors="replace")

    def says(self, text: str) -> None:
        """Wait until its log has this text."""
        self.wait_until(lambda: text in self.words())

    def wait_until(self, condition: Callable[[], Any]) -> None:
        wait_until(condition, self.words)

    def tell_to_stop(self) -> None:
        self._process.terminate()

    def end(self) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(SECONDS)

    def kill(self) -> None:
        """As a machine without memory does."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)


class Bench:
    """The test's queue, its workers, and a folder in which jobs leave their marks.

    `database` is what DATABASE_URL and its like are to be for the workers.
    """

    def __init__(self, folder: Path, database: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = {
            **environment(folder, processes=1, threads=1),
            "DJANGO_SETTINGS_MODULE": "tests.servers.worker_settings",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            "METRICS": "off",
            **database,
        }
        self._workers: list[WorkerProcess] = []

    def worker(self, **environment: str) -> WorkerProcess:
        """Start one more; it has begun to look for jobs."""
        worker = self._start(WORK, environment)
        worker.says("start_worker")
        return worker

    def scheduler(self) -> WorkerProcess:
        """`manage.py scheduler`, in whose life everything is always due."""
        return self._start(["scheduler"], {})

    def put(self, job: Any, *more: Any) -> DBTaskResult:
        """Queue this job, whose first argument is the folder."""
        return DBTaskResult.objects.create(
            args_kwargs={"args": [str(self.folder), *more], "kwargs": {}},
            task_path=job.module_path,
            queue_name="default",
            backend_name="default",
            run_after=None,
        )

    def starts(self) -> list[int]:
        """The process of each start of a job, in their order."""
        marks = self.folder / "begun"
        return [int(pid) for pid in marks.read_text().split()] if marks.exists() else []

    def begun(self, times: int = 1) -> None:
        """Wait until jobs have begun so many times."""
        wait_until(lambda: len(self.starts()) >= times, self.words)

    def go(self, worker: WorkerProcess) -> None:
        """Let `until_told` end in this worker."""
        (self.folder / f"go-{worker.pid}").touch()

    def status_is(self, row: DBTaskResult, status: str) -> None:
        """Wait for it, and read the row anew."""

        def as_wanted() -> bool:
            row.refresh_from_db()
            return row.status == status

        wait_until(as_wanted, self.words)

    def _start(self, command: Sequence[str], environment: Mapping[str, str]) -> WorkerProcess:
        log = self.folder / f"process-{len(self._workers) + 1}.log"
        process = WorkerProcess(log, {**self._environment, **environment}, command)
        self._workers.append(process)
        return process

    def words(self) -> str:
        return "\n".join(worker.words() for worker in self._workers)

    def close(self) -> None:
        for worker in self._workers:
            with suppress(ProcessLookupError):
                worker.thaw()
            worker.kill()


def wait_until(condition: Callable[[], Any], words: Callable[[], str]) -> None:
    """Fails with `words()` if it takes too long."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"Not in {SECONDS} s:\n{words()}"
        time.sleep(0.02)
