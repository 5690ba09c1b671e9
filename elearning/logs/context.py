"""What every line of one piece of work carries: of a request, of a task.

A contextvar, so that whoever logs need not know what he works for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_fields: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)
_service = "command"


@contextmanager
def bind(**fields: Any) -> Iterator[dict[str, Any]]:
    """Put `fields` on every line of this block, beside those of the blocks around it.

    Gives the block's own fields, to which `note` adds.
    """
    own = current() | fields
    token = _fields.set(own)
    try:
        yield own
    finally:
        _fields.reset(token)


def note(**fields: Any) -> None:
    """Put `fields` on what the innermost block still has to say; outside of any, nothing."""
    own = _fields.get()
    if own is not None:
        own.update(fields)


def current() -> dict[str, Any]:
    """A copy of the fields of the innermost block; empty outside of any."""
    return dict(_fields.get() or {})


def service() -> str:
    """What this process is: "web", "worker", "scheduler", or "command" for all else."""
    return _service


def set_service(name: str) -> None:
    """Once, when the process begins."""
    global _service
    _service = name
