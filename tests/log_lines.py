"""Lines as the site writes them (docs/logs.md), of which a test says only what it is about."""

import gzip
import json
from pathlib import Path
from typing import Any

HARUNA = "9f86d081884c7d65"
REN = "60303ae22b998861"
REQUEST = "0f8fad5bd9cb469fa165708d67a1f2c3"


def line(event: str, **fields: Any) -> dict[str, Any]:
    """Of 17:00 on 20 November in Tokyo, if no other time is given."""
    return {
        "time": "2026-11-20T08:00:00.000Z",
        "level": "info",
        "event": event,
        "logger": "elearning.logs.middleware",
        "service": "web",
        "release": "r7",
        "pid": 7,
        **fields,
    }


def answered(route: str | None = "home", ms: float = 10.0, **fields: Any) -> dict[str, Any]:
    return line(
        "answer_request",
        **{
            "request_id": REQUEST,
            "user": HARUNA,
            "method": "GET",
            "route": route,
            "status": 200,
            "ms": ms,
            "db_ms": 2.0,
            "reader_queries": 4,
            "writer_queries": 0,
            **fields,
        },
    )


def ran(task: str = "courses.materials.tasks.prepare", **fields: Any) -> dict[str, Any]:
    return line(
        "run_task",
        **{
            "service": "worker",
            "logger": "elearning.tasks.worker",
            "task": task,
            "task_id": "6f1c2b0e-7a1d-4a5e-9d55-1f2e3d4c5b6a",
            "attempt": 1,
            "outcome": "done",
            "ms": 100.0,
            "waited_ms": 50.0,
            **fields,
        },
    )


def failed(kind: str = "ValueError", code: Any = None, **fields: Any) -> dict[str, Any]:
    return line(
        "fail_request",
        **{
            "level": "error",
            "at": "django/core/handlers/exception.py:1",
            "request_id": REQUEST,
            "user": HARUNA,
            "error": {"type": kind} if code is None else {"type": kind, "code": code},
            "stack": ["elearning/logs/middleware.py:40 call", "courses/x.py:3 mark"],
            **fields,
        },
    )


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    """A file of lines, gzip if its name says so; a text is written as it is."""
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    data = "".join(f"{text}\n" for text in texts).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
