"""Running ffmpeg: found or not, one process at a time, watched while it works."""

import json
import logging
import os
import selectors
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble

log = logging.getLogger(__name__)

STALLED_AFTER = 120.0
"""Seconds without a frame: something in the file holds it up for ever."""

DEMUXERS = {"video/mp4": "mov", "video/webm": "matroska"}
"""The file may be taken for nothing else: ffmpeg also reads lists of addresses to fetch."""


def find(program: str) -> str:
    """Where "ffmpeg" or "ffprobe" is; NotNeeded on a machine that has none."""
    path = shutil.which(program)
    if path is None:
        raise NotNeeded
    return path


def input_of(source: Path, content_type: str) -> list[str]:
    """The arguments that open `source` and nothing else. CannotMake for a type unknown here."""
    demuxer = DEMUXERS.get(content_type)
    if demuxer is None:
        raise CannotMake(Trouble.DAMAGED)
    return ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{source}"]


def run(
    arguments: Sequence[str],
    *,
    at_most: float,
    on_second: Callable[[float], None] = lambda second: None,
) -> None:
    """Run ffmpeg to its end.

    `on_second(s)` is called about twice a second with how many seconds of the film are done;
    what it raises ends ffmpeg. CannotMake if ffmpeg can't read the file, stalls, or takes more
    than `at_most` seconds.
    """
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-progress", "pipe:1"]
    command = [find("ffmpeg"), *quiet, "-nostats", *arguments]
    if nice := shutil.which("nice"):
        # The site may live on the same machine, and it goes first.
        command = [nice, "-n", "10", *command]
    if setpriv := shutil.which("setpriv"):
        # A worker that is killed can't end it any more: the kernel does.
        command = [setpriv, "--pdeathsig", "KILL", *command]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, file names as "file:…"
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        )
        try:
            _follow(process, at_most, on_second)
            status = process.wait()
        finally:
            # Also when the worker is told to stop: nothing may go on by itself.
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        if status != 0:
            # Its words may hold what the film says of itself: for a developer's console alone.
            log.warning("fail_ffmpeg", extra={"exit_status": status, "private": _tail(said)})
            # Killed from outside, as by a machine short of memory: not the file's fault.
            if status < 0:
                raise RuntimeError(f"ffmpeg was ended by signal {-status}")
            raise CannotMake(Trouble.DAMAGED)


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe tells of the first picture track: width, height, codec_name, pix_fmt …"""
    command = [find("ffprobe"), "-v", "error", "-select_streams", "v:0", "-show_streams"]
    done = subprocess.run(  # noqa: S603 - our own arguments
        [*command, "-of", "json", f"file:{path}"], capture_output=True, timeout=60, check=True
    )
    streams = json.loads(done.stdout).get("streams", [])
    if not streams:
        raise CannotMake(Trouble.DAMAGED)
    first: dict[str, Any] = streams[0]
    return first


def _follow(
    process: "subprocess.Popen[bytes]", at_most: float, on_second: Callable[[float], None]
) -> None:
    """Read its progress until it ends."""
    assert process.stdout is not None  # noqa: S101 - we asked for a pipe
    begun = moved = time.monotonic()
    furthest = -1.0
    unread = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now - moved > STALLED_AFTER or now - begun > at_most:
                raise CannotMake(Trouble.TOO_SLOW)
            if not selector.select(timeout=1.0):
                on_second(max(furthest, 0.0))
                continue
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                return
            *lines, unread = (unread + chunk).split(b"\n")
            second = max((_second(line) for line in lines), default=-1.0)
            if second > furthest:
                furthest, moved = second, time.monotonic()
            on_second(max(furthest, 0.0))


def _second(line: bytes) -> float:
    """The film's second in a line of `-progress`; -1 in its other lines."""
    name, _, value = line.partition(b"=")
    # "out_time_ms" too is in microseconds.
    if name != b"out_time_us":
        return -1.0
    try:
        return int(value) / 1_000_000
    except ValueError:
        return -1.0  # "N/A" before the first frame


def _tail(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - 1000))
    return said.read().decode(errors="replace").strip()
