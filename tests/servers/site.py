"""The real site: gunicorn and the worker as processes of their own, on a SQLite of their own."""

import http.client
import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers.folder import ServerFolder
from tests.servers.forwarder import Forwarder
from tests.servers.ports import free_port
from tests.servers.server import Server

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


def database_of(folder: Path) -> Path:
    return folder / "elearning.sqlite3"


def deployed(folder: Path) -> dict[str, str]:
    """The environment of a deployed site of one process, with all that it keeps in `folder`.

    Plain HTTP: nothing leaves the machine. And it does not wait for a load balancer to notice
    that it ends.
    """
    return {
        "DJANGO_SETTINGS_MODULE": "tests.servers.site_settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SECRET_KEY_FILE": "",
        "DATABASE_URL": f"sqlite:///{database_of(folder)}",
        "DATABASE_READER_URL": "",
        "DATABASE_IAM_AUTH": "0",
        "LOG_LEVEL": "WARNING",
        "VAR_DIR": str(folder),
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "24",
        "DRAIN_SECONDS": "0",
    }


class _Process(Server):
    """A Python program of the site with the site's environment."""

    def __init__(self, folder: Path, name: str, environment: dict[str, str]) -> None:
        super().__init__(folder, name)
        self.environment = environment

    def make_data(self) -> None:
        self.data.mkdir()

    def answers(self) -> bool:
        return True

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **self.environment, "BIND_HOST": HOST, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


class Web(_Process):
    """gunicorn with as many processes and threads as the environment says."""

    def command(self) -> list[str]:
        return ["-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]

    def answers(self) -> bool:
        line = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    @property
    def master(self) -> int:
        """The process ID of the one that serves nothing itself."""
        assert self._process is not None
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The process IDs of those that serve."""
        return children_of(self.master)

    @property
    def memory(self) -> int:
        """Resident bytes of all its processes together."""
        return sum(_resident(pid) for pid in [self.master, *self.workers])


class Worker(_Process):
    """What does the site's background work."""

    def command(self) -> list[str]:
        return ["manage.py", "work", "--no-reload", "--no-startup-delay"]


class Site:
    """`url` is the address that all are to use; it leads through `address`, which can be cut.

    `web` and `worker` can be stopped, restarted and killed; what they keep on the disk or in the
    database outlives them. `environment` is added to that of this process.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._folder = ServerFolder("elearning-site-")
        folder = self._folder.path
        self._database = database_of(folder)
        own = {**deployed(folder), **environment}
        self.web = Web(folder, "web", own)
        self.worker = Worker(folder, "worker", own)
        self.address = Forwarder(free_port(), self.web.port)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.address.port}"

    def start(self) -> None:
        """Start all of it with the people of tests/cast.py; ended again when a part fails."""
        try:
            self.manage("migrate", "--verbosity", "0")
            self.manage("createcachetable")
            self.manage("shell", "-c", "from tests.cast import assemble; assemble()")
            self.web.start()
            self.worker.start()
            self.address.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything, and remove what was kept."""
        self.address.close()
        self.worker.stop()
        self.web.stop()
        self._folder.close()

    def restore(self) -> None:
        """Make all normal again, whatever was done to it."""
        for process in (self.web, self.worker):
            if not process.running:
                process.start()
        self.address.reset()

    def manage(self, *command: str) -> None:
        """Run `manage.py` to its end. RuntimeError if it fails."""
        self.web.run_to_end(["manage.py", *command])

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the site's database answers."""
        connection = sqlite3.connect(self._database, timeout=10)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
