"""From a record of the standard library to the fields of a line."""

import logging
import time
from typing import Any

from elearning.logs import context, errors
from elearning.logs.libraries import SAID, told
from elearning.logs.places import place

OURS = frozenset({"elearning", "accounts", "courses", "config"})
"""The layers whose events and extras are passed on as they are."""

MOST_WORDS = 4096
"""Bytes of a message."""

_FIRST = ("request_id", "trace_id", "user", "task", "task_id", "attempt")
_LEVELS = {
    logging.DEBUG: "debug",
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "critical",
}
_NOT_EXTRA = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "private",
}
"""What every record has; `private` is for people at their own machine alone (uncaught.py)."""

# The whole second that was last asked for, and its text.
_second: tuple[int, str] = (0, "")


def fields_of(record: logging.LogRecord, release: str) -> dict[str, Any]:
    """The fields of one line in their order; docs/logs.md lists them.

    Of other people's loggers neither words nor extras, but for what libraries.py knows.
    """
    ours = record.name.partition(".")[0] in OURS
    event, words = _event(record) if ours else told(record)
    fields: dict[str, Any] = {
        "time": timestamp(record.created),
        "level": _LEVELS.get(record.levelno, "info"),
        "event": event,
        "logger": record.name,
    }
    if record.levelno >= logging.WARNING or event == SAID:
        fields["at"] = place(record.pathname, record.lineno)
    fields["service"] = context.service()
    fields["release"] = release
    fields["pid"] = record.process
    if work := context.current():
        for name in _FIRST:
            if name in work:
                fields[name] = work.pop(name)
        for name, value in work.items():
            fields.setdefault(name, value)
    if ours:
        for name, value in record.__dict__.items():
            if name not in _NOT_EXTRA and name not in fields:
                fields[name] = value
    if words is not None:
        _add_words(fields, words)
    if record.exc_info and record.exc_info[1] is not None:
        fields.update(errors.described(record.exc_info[1]))
    elif record.stack_info:
        fields["stack"] = errors.stack_of_print(record.stack_info)
    return fields


def timestamp(seconds: float) -> str:
    """`"2026-11-21T08:15:30.123Z"` of a time.time()."""
    global _second
    whole = int(seconds)
    known, text = _second
    if known != whole:
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
        _second = (whole, text)
    return f"{text}.{int((seconds - whole) * 1000):03d}Z"


def _event(record: logging.LogRecord) -> tuple[str, str | None]:
    """Ours are named by a verb; what was said in words instead is their message."""
    said = record.msg
    if isinstance(said, str) and not record.args and said.isidentifier() and said.islower():
        return said, None
    try:
        return "say", record.getMessage()
    except (TypeError, ValueError, KeyError):
        return "say", None


def _add_words(fields: dict[str, Any], words: str) -> None:
    # A character takes four bytes at most, so most need not be encoded to be measured.
    if len(words) > MOST_WORDS // 4:
        encoded = words.encode("utf-8", "replace")
        if len(encoded) > MOST_WORDS:
            words = encoded[:MOST_WORDS].decode("utf-8", "ignore")
            fields["cut"] = True
    fields["message"] = words
