"""Containers of the images that scripts/image-test.sh has built."""

import http.client
import os
import secrets
import shlex
import subprocess
import time
from types import TracebackType
from typing import Self

from tests.servers.ports import free_port

HOST = "127.0.0.1"
SITE, WORKER, NEXT = "IMAGE_SITE", "IMAGE_WORKER", "IMAGE_NEXT"
"""What names the images: the site, the worker, and the site of the next release, whose style
sheets differ."""

_START_SECONDS = 60
# As ECS runs it, but for the network: root read-only, memory at /tmp.
_RUN = ["--read-only", "--tmpfs", "/tmp", "--network", "host", "--no-healthcheck"]  # noqa: S108
_LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]


def podman(*arguments: str, check: bool = True) -> str:
    """What it prints to stdout. RuntimeError with what it said if it fails."""
    command = [*shlex.split(os.environ["IMAGE_PODMAN"]), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"podman {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def environment(**more: str) -> dict[str, str]:
    """A deployed site, as far as plain HTTP on 127.0.0.1 allows."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "HTTPS": "0",
        "DRAIN_SECONDS": "1",
        "WEB_CONCURRENCY": "1",
        "DATABASE_URL": "sqlite:////tmp/elearning.sqlite3",
        **more,
    }


def once(image: str, *words: str, **more: str) -> str:
    """What such a container prints until it ends; RuntimeError if not with status 0."""
    return podman("run", "--rm", *_options(environment(**more)), os.environ[image], *words)


class Container:
    """One that runs until the block ends; `words` are what follows the image's name."""

    def __init__(self, image: str, *words: str, **more: str) -> None:
        self.port = free_port()
        options = _options(environment(PORT=str(self.port), **more))
        self.id = podman("run", "--detach", *options, os.environ[image], *words).strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            error.add_note(self.log())
        podman("rm", "--force", "--time", "0", self.id)

    def log(self) -> str:
        return podman("logs", self.id)

    def run(self, *command: str) -> int:
        """The exit status of a command inside."""
        arguments = [*shlex.split(os.environ["IMAGE_PODMAN"]), "exec", self.id, *command]
        return subprocess.run(arguments, capture_output=True).returncode

    def first_process(self) -> list[str]:
        return podman("exec", self.id, "cat", "/proc/1/cmdline").rstrip("\0").split("\0")

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        line = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            line.request("GET", path, headers=headers)
            response = line.getresponse()
            return response, response.read()
        finally:
            line.close()

    def wait_until_ready(self) -> None:
        self.wait_for(lambda: self.get("/readyz")[0].status == 200)

    def wait_for(self, condition) -> None:
        """Until it holds; OSErrors count as no. TimeoutError with the log after a minute."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                if condition():
                    return
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(self.log())
            time.sleep(0.1)

    def tell_to_end(self) -> None:
        """SIGTERM, as `docker stop` and ECS send it: to the first process."""
        podman("kill", "--signal", "TERM", self.id)

    def status(self, seconds: int = 60) -> int:
        """The exit status, once it has ended. TimeoutExpired if it does not end in time."""
        command = [*shlex.split(os.environ["IMAGE_PODMAN"]), "wait", self.id]
        return int(subprocess.check_output(command, timeout=seconds, text=True))


def _options(given: dict[str, str]) -> list[str]:
    pairs = [part for name, value in given.items() for part in ("--env", f"{name}={value}")]
    return [*_RUN, *_LIMITS, *pairs]
