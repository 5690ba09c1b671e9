"""The real site, served by gunicorn on a free port."""

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.servers.folder import ServerFolder
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
_START_SECONDS = 60
_STOP_SECONDS = 10


def environment(var_dir: Path, *, processes: int, threads: int) -> dict[str, str]:
    """How a deployed site is configured, as far as plain HTTP on 127.0.0.1 allows."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SECRET_KEY_FILE": "",
        "DATABASE_TLS_CA": "",
        "DATABASE_IAM_AUTH": "0",
        "LOG_LEVEL": "WARNING",
        "VAR_DIR": str(var_dir),
        "WEB_CONCURRENCY": str(processes),
        "WEB_THREADS": str(threads),
    }


class Site:
    """gunicorn with the environment of this process; it ends with `folder` at the latest."""

    def __init__(self, folder: ServerFolder, log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._pid = folder.path / "site.pid"  # see ServerFolder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers. RuntimeError with the log's end when it does not."""
        command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--pid", self._pid, "config.wsgi"],
                cwd=ROOT,
                env={**os.environ, "BIND_HOST": HOST, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The site did not start:\n{self.end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-60:])

    def _answers(self) -> bool:
        line = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            line.request("GET", "/login/")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
