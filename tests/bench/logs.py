"""How long the archive takes to answer: each saved question over a million lines, gzip and plain.

Run `python tests/bench/logs.py [lines]`. The lines are those of an evening of 3,000 people in six
hourly files, as in the bucket, and once more in one plain file; each question is asked by
`manage.py logs` as a process of its own. What counts is the CPU time of that process, Python's
start included, so that other work on the machine counts little: where there is none, two threads
are done in less. Exit status 1 if one of them takes longer than promised.
"""

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HOURS = range(8, 14)  # 17:00 to 23:00 in Tokyo
PEOPLE = 3000
ROUTES = [f"courses:{name}" for name in ("course", "activity", "position", "file", "note")] + [
    *("home", "account_login", "record", "uploads:part", "classes:matrix", "class_student")
]
TASKS = ["courses.materials.tasks.prepare", "courses.enrolment.tasks.count", "accounts.tasks.mail"]
PROMISED_S = 5.0


class Spent(NamedTuple):
    """Seconds from a command's start to its end, of this and of CPU, and its memory in MiB."""

    wall: float
    cpu: float
    mib: float


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from elearning.logs.archive.questions import questions

    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="elearning-bench-logs-") as name:
        folder = Path(name)
        asked = write(folder, lines)
        spent = {
            question: [
                ask(question, source, own(parameters.own_parameters, asked))
                for source in (folder / "hours", folder / "plain")
            ]
            for question, parameters in questions().items()
        }
        return report(lines, folder, spent)


def write(folder: Path, lines: int) -> dict[str, str]:
    """The files; a request and a person that are in them."""
    chance = random.Random(5)  # the same evening each time
    (folder / "plain").mkdir()
    with (folder / "plain" / "evening.jsonl").open("w") as plain:
        for hour in HOURS:
            path = folder / "hours" / f"dt=2026-11-20/hour={hour:02}" / "web.gz"
            path.parent.mkdir(parents=True)
            with gzip.open(path, "wt", compresslevel=6) as file:
                for line in an_hour(chance, hour, lines // len(HOURS)):
                    plain.write(line)
                    file.write(line)
    return {"request": f"{8 * 10**9 + 1000:032x}", "user": f"{7:016x}"}


def an_hour(chance: random.Random, hour: int, lines: int) -> Iterator[str]:
    encode = json.JSONEncoder(separators=(",", ":")).encode
    for number in range(lines):
        second = number * 3600 / lines
        fields = {
            "time": f"2026-11-20T{hour:02}:{int(second // 60):02}:{second % 60:06.3f}Z",
            "level": "info",
            "event": "answer_request",
            "logger": "elearning.logs.middleware",
            "service": "web",
            "release": "2026.11.2" if hour > 9 else "2026.11.1",
            "pid": chance.randrange(7, 15),
            "request_id": f"{hour * 10**9 + number:032x}",
            "trace_id": f"Root=1-674{number % 100000:05x}-{chance.getrandbits(96):024x}",
            "user": f"{chance.randrange(PEOPLE):016x}",
        }
        kind = chance.random()
        if kind < 0.96:
            fields |= answered(chance, kind)
        elif kind < 0.99:
            fields |= ran(chance)
        else:
            fields |= broke(chance)
        yield encode(fields) + "\n"


def answered(chance: random.Random, kind: float) -> dict[str, object]:
    database = chance.expovariate(1 / 12)
    return {
        "method": "GET" if kind < 0.7 else "POST",
        "route": ROUTES[min(int(chance.expovariate(0.4)), len(ROUTES) - 1)],
        "status": 200 if kind < 0.9 else chance.choice((302, 304, 403, 404, 429, 503)),
        "ms": round(database + chance.expovariate(1 / 30), 1),
        "db_ms": round(database, 1),
        "reader_queries": chance.randrange(9) if kind < 0.7 else 0,
        "writer_queries": 0 if kind < 0.7 else chance.randrange(1, 7),
    }


def ran(chance: random.Random) -> dict[str, object]:
    return {
        "event": "run_task",
        "logger": "elearning.tasks.worker",
        "service": "worker",
        "task": chance.choice(TASKS),
        "task_id": f"{chance.getrandbits(128):032x}",
        "attempt": 1,
        "outcome": chance.choices(("done", "retried", "failed"), (97, 2, 1))[0],
        "ms": round(chance.expovariate(1 / 400), 1),
        "waited_ms": round(chance.expovariate(1 / 900), 1),
    }


def broke(chance: random.Random) -> dict[str, object]:
    return {
        "event": "fail_request",
        "level": "error",
        "at": "django/core/handlers/exception.py:57",
        "error": {"type": "django.db.utils.OperationalError", "code": 2013},
        "stack": [f"elearning/db/x.py:{each} step" for each in range(chance.randrange(10, 40))],
    }


def own(wanted: tuple[str, ...], asked: dict[str, str]) -> list[str]:
    options = {"request": "--request", "user": "--hashed"}
    return [part for name in wanted for part in (options[name], asked[name])]


def ask(question: str, source: Path, more: list[str]) -> Spent:
    span = ["--from", "2026-11-20T17:00", "--to", "2026-11-20T23:00"]
    command = ["manage.py", "logs", question, "--files", str(source), *span, *more]
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command, "--format", "json"],
            cwd=ROOT,
            env={**os.environ, "DEBUG": "1"},
            stdout=said,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        answer = said.read().decode()
    if process.returncode != 0 or not answer.startswith("{"):
        raise SystemExit(f"{question} was not answered:\n{answer}")
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def report(lines: int, folder: Path, spent: dict[str, list[Spent]]) -> int:
    sizes = [
        sum(file.stat().st_size for file in (folder / place).rglob("*") if file.is_file())
        for place in ("hours", "plain")
    ]
    packed, plain = (f"{size / 1024**2:.0f} MiB" for size in sizes)
    told = [
        f"logs: {lines:,} lines, {packed} gzip and {plain} plain; seconds until the answer",
        "                     gzip         plain",
        "                     wall   CPU   wall   CPU",
    ]
    for name, (gz, text) in spent.items():
        told.append(f"  {name:<18} {gz.wall:5.2f} {gz.cpu:5.2f}  {text.wall:5.2f} {text.cpu:5.2f}")
    every = [one for each in spent.values() for one in each]
    within = max(one.cpu for one in every) < PROMISED_S
    told.append(f"  a process takes {max(one.mib for one in every):.0f} MiB at most")
    told.append(f"  {'ok' if within else 'OUT OF RANGE'}: promised below {PROMISED_S:.0f} s of CPU")
    sys.stdout.write("\n".join(told) + "\n")
    return 0 if within else 1


if __name__ == "__main__":
    raise SystemExit(main())
