"""Jobs for real worker processes, which find them by this module's name."""

import os
import tempfile
import time
from pathlib import Path

from elearning.tasks import stopping
from elearning.tasks.queue import task

LONGEST = 60
"""Seconds after which a job gives up by itself, should its test have died."""


@task()
def until_told(folder: str) -> int:
    """Say that it has begun, and go on until there is a file for this process. Gives its id."""
    _begun(folder)
    deadline = time.monotonic() + LONGEST
    while not (Path(folder) / f"go-{os.getpid()}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return os.getpid()


@task()
def at_once(folder: str) -> int:
    _begun(folder)
    return os.getpid()


@task()
def asks(folder: str) -> None:
    """Long work that lets go when it is asked to, and clears up."""
    _begun(folder)
    try:
        deadline = time.monotonic() + LONGEST
        while not stopping.stopping():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        raise stopping.Interrupted
    finally:
        (Path(folder) / "cleared-up").touch()


@task()
def asks_nobody(folder: str) -> None:
    """Long work that must be broken off; it clears up all the same."""
    _begun(folder)
    try:
        time.sleep(LONGEST)
    finally:
        (Path(folder) / "cleared-up").touch()


@task()
def converts(folder: str, asking: bool) -> None:
    """A real ffmpeg on an endless film, in a folder of its own, as for a derivative."""
    from courses.materials.processing import ffmpeg

    def on_second(second: float) -> None:
        if not (Path(folder) / "begun").exists():
            _begun(folder)
        if asking and stopping.stopping():
            raise stopping.Interrupted

    film = ["-re", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=5", "-t", str(LONGEST)]
    with tempfile.TemporaryDirectory(prefix="derivative-", dir=folder) as own:
        ffmpeg.run([*film, f"{own}/film.mp4"], at_most=LONGEST, on_second=on_second)


def _begun(folder: str) -> None:
    with (Path(folder) / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
