"""What servers of every kind have in common: a process, a port, data, and a log."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from tests.servers.ports import free_port

_START_SECONDS = 30


class Server(ABC):
    """One server on 127.0.0.1:`port` with its data in `folder`/`name`."""

    stop_signal = signal.SIGTERM
    kill_signal = signal.SIGKILL
    stop_seconds = 30

    def __init__(self, folder: Path, name: str) -> None:
        self.port = free_port()
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self._pid = folder / f"{name}.pid"  # see ServerFolder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it answers. RuntimeError with the log's end when it does not."""
        if not self.data.exists():
            self.make_data()
        self._process = self._begin(self.command())
        self._pid.write_text(f"{self._process.pid}\n")
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if not self.running or time.monotonic() > deadline:
                raise RuntimeError(f"{self.data.name} did not start:\n{self._end_of_log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it orderly; by force after `stop_seconds`."""
        self._end(self.stop_signal)

    def tell_to_stop(self) -> None:
        """Only tell it; `ended()` waits."""
        assert self._process is not None
        self._process.send_signal(self.stop_signal)

    def ended(self, seconds: float) -> int:
        """Its exit status when it has ended by itself; subprocess.TimeoutExpired if it does not."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it as a crash would: nothing is told, nothing is written."""
        self._end(self.kill_signal)

    def restart(self) -> None:
        """Stop and start again, on the same port with the same data."""
        self.stop()
        self.start()

    @abstractmethod
    def make_data(self) -> None:
        """Fill the folder of the data for a first start."""

    @abstractmethod
    def command(self) -> list[str]:
        """How the server is started, in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be asked something."""

    def run_to_end(self, command: list[str]) -> None:
        """Run a program that prepares the data. RuntimeError with the log's end if it fails."""
        if self._begin(command).wait() != 0:
            raise RuntimeError(f"{command} failed:\n{self._end_of_log()}")

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        # A later process may get the same number.
        self._pid.unlink(missing_ok=True)


class DatabaseServer(Server):
    """One that takes SQL."""

    def value(self, sql: str, *params: Any) -> Any:
        """The first column of the first row that `query` gives."""
        return next(iter(self.query(sql, *params)[0].values()))

    @abstractmethod
    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Run one statement as the superuser and give its rows as dicts."""
