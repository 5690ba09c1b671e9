"""How many processes and threads gunicorn gets: from the environment, else from the task's size."""

import functools
import json
import math
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from config import env

PROCESS_MIB = 256
"""What one process may grow to; the part it shares with the others counts once, here each time."""
REST_MIB = 128
"""For the master, and for what else runs in the task."""
THREADS_ALONE = 24
THREADS_EACH = 12
"""A thread waits for the database about as long as it computes; connections are dear."""

_ECS = "ECS_CONTAINER_METADATA_URI_V4"
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Size:
    vcpus: float
    memory_mib: int


def web_processes() -> int:
    """WEB_CONCURRENCY; else one a vCPU and one more, as the memory allows; one under DEBUG.

    The one more keeps all vCPUs busy while another process is renewed. Below one vCPU a second
    process would only cost memory.
    """
    if "WEB_CONCURRENCY" in os.environ or env.flag("DEBUG", default=False):
        return env.number("WEB_CONCURRENCY", 1, least=1)
    size = task_size()
    by_cpu = 1 if size.vcpus < 1 else math.ceil(size.vcpus) + 1
    by_memory = (size.memory_mib - REST_MIB) // PROCESS_MIB
    return max(1, min(by_cpu, by_memory))


def web_threads() -> int:
    """WEB_THREADS, of each process; else 24 for one alone, 12 each for several."""
    return env.number(
        "WEB_THREADS", THREADS_ALONE if web_processes() == 1 else THREADS_EACH, least=1
    )


@functools.cache
def task_size() -> Size:
    """What the ECS task was given, else this container's limits, else the machine's size."""
    address = os.environ.get(_ECS)
    limits = _of_ecs_task(address) if address else None
    return limits or Size(_vcpus(_CGROUP), _memory_mib(_CGROUP))


def _of_ecs_task(address: str) -> Size | None:
    """Source: "Task metadata endpoint version 4" in the Amazon ECS Developer Guide.

    None where the task definition names no limits (then the containers do), or nobody answers.
    """
    try:
        with urllib.request.urlopen(f"{address}/task", timeout=2) as answer:  # noqa: S310 - ECS's own
            limits = json.load(answer)["Limits"]
            return Size(float(limits["CPU"]), int(limits["Memory"]))
    except (OSError, ValueError, KeyError):
        return None


def _vcpus(cgroup: Path) -> float:
    here = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
    words = _words(cgroup / "cpu.max")
    if len(words) == 2 and words[0].isdecimal():
        return min(here, int(words[0]) / int(words[1]))
    return here


def _memory_mib(cgroup: Path) -> int:
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    words = _words(cgroup / "memory.max")
    if words and words[0].isdecimal():
        here = min(here, int(words[0]))
    return here // 1024**2


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
