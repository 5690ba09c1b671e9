"""The site and its workers as child processes that live and end together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 15
"""For requests and tasks in flight; who has not ended then is killed."""
POLL_SECONDS = 0.2


class Together:
    """Child processes of which none outlives the others.

    They get a session of their own, so that Ctrl-C reaches only us, and we end them in order.
    """

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = False

    def listen(self) -> None:
        """Let Ctrl-C and SIGTERM (also a closed terminal) end `wait()`."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def start(self, name: str, command: Sequence[str], *, cwd: Path, **extra: str) -> None:
        """Run `command`; `extra` goes into its environment."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=cwd, env={**os.environ, **extra}, start_new_session=True
        )

    def dead(self) -> tuple[str, int] | None:
        """The name and exit status of a child that has ended, if one has."""
        for name, child in self.children.items():
            status = child.poll()
            if status is not None:
                return name, status
        return None

    def wait(self, until: Callable[[], bool] = lambda: False) -> tuple[str, int] | None:
        """Wait until asked to stop (None), until `until()` (None), or a child has ended."""
        while not self.asked_to_stop:
            dead = self.dead()
            if dead is not None:
                return dead
            if until():
                return None
            time.sleep(POLL_SECONDS)
        return None

    def stop(self) -> None:
        """End all of them, gently first; returns when none is left."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
