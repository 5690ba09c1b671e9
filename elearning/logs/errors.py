"""An exception as a line tells it: of which type, and where. Its text may hold anything."""

import re
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from elearning.logs.places import place

FRAMES = 50
FRAMES_OF_CAUSE = 15
CAUSES = 4
_OUTERMOST = 5
_PRINTED_FRAME = re.compile(r'^  File "(.+)", line (\d+), in (.+)$', re.MULTILINE)
_SAFE_CODE = re.compile(r"[A-Za-z0-9_.]{1,64}")


def described(error: BaseException) -> dict[str, Any]:
    """`{"error": {"type", "code"}, "stack": […], "caused_by": [{"type", "code", "stack"}, …]}`.

    A code only where there is one; causes the nearest first, and no such key without any.
    """
    said: dict[str, Any] = {
        "error": kind_of(error),
        "stack": stack_of(error.__traceback__, FRAMES),
    }
    causes = [
        kind_of(cause) | {"stack": stack_of(cause.__traceback__, FRAMES_OF_CAUSE)}
        for cause in _causes(error)
    ]
    if causes:
        said["caused_by"] = causes
    return said


def stack_of(traceback: TracebackType | None, most: int) -> list[str]:
    """`"elearning/db/monitor.py:51 Monitor.run"`, …, the innermost last."""
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    return _shortened(
        [f"{place(code.co_filename, line)} {code.co_qualname}" for code, line in frames], most
    )


def stack_of_print(printed: str) -> list[str]:
    """The same of what `stack_info=True` left in a record."""
    found = _PRINTED_FRAME.findall(printed)
    return _shortened([f"{place(path, int(line))} {name}" for path, line, name in found], FRAMES)


def _shortened(stack: list[str], most: int) -> list[str]:
    left_out = len(stack) - most
    if left_out <= 0:
        return stack
    return [*stack[:_OUTERMOST], f"... {left_out} more", *stack[_OUTERMOST + left_out :]]


def _causes(error: BaseException) -> Iterable[BaseException]:
    seen = {id(error)}
    cause = _cause(error)
    while cause is not None and id(cause) not in seen and len(seen) <= CAUSES:
        seen.add(id(cause))
        yield cause
        cause = _cause(cause)


def _cause(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__


def kind_of(error: BaseException) -> dict[str, Any]:
    """`{"type": "django.db.utils.OperationalError", "code": 2013}`; the code only if it has one."""
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    code = _code(error)
    return {"type": module + kind.__qualname__} | ({} if code is None else {"code": code})


def _code(error: BaseException) -> int | str | None:
    """A number or word that its makers list: of a database, the system, or AWS.

    Only of types that are known to have one: the first argument of another may be a value.
    """
    if isinstance(error, OSError):
        # Whatever stood first of two arguments; the system's own are numbers.
        return error.errno if type(error.errno) is int else None
    if _is_of_database(type(error)):
        first = error.args[0] if error.args else None
        code = first if type(first) is int else getattr(error, "sqlstate", None)
        return code or getattr(error, "sqlite_errorcode", None)
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        said = response.get("Error")
        code = said.get("Code") if isinstance(said, dict) else None
        return code if isinstance(code, str) and _SAFE_CODE.fullmatch(code) else None
    return None


def _is_of_database(kind: type[BaseException]) -> bool:
    drivers = ("django.db.utils", "MySQLdb", "psycopg", "sqlite3")
    return any(base.__module__.startswith(drivers) for base in kind.__mro__)
