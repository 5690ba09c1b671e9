"""The same lines for people: LOG_FORMAT=console."""

import logging
import time
from typing import Any

from elearning.logs.formatter import encoded
from elearning.logs.lines import fields_of

_SHOWN_OTHERWISE = frozenset(
    {"time", "level", "event", "logger", "at", "service", "release", "pid", "trace_id"}
    | {"message", "error", "stack", "caused_by"}
)


class ConsoleFormatter(logging.Formatter):
    """`17:15:30 INFO answer_request  method=GET route=home status=200 ms=12.3 …`.

    With `with_values` also what is never in the archive: the words of libraries, and whole
    tracebacks. For one's own machine.
    """

    def __init__(self, release: str = "unreleased", *, with_values: bool = False) -> None:
        super().__init__()
        self._release = release
        self._with_values = with_values

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record, self._release)
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        parts = [clock, f"{record.levelname:<7}", fields["event"]]
        parts += [
            f"{name}={_short(name, value)}"
            for name, value in fields.items()
            if name not in _SHOWN_OTHERWISE
        ]
        if words := self._words(record, fields):
            parts.append(words)
        if "at" in fields:
            parts.append(f"({fields['at']})")
        return "\n".join([" ".join(parts), *self._trouble(record, fields)])

    def _words(self, record: logging.LogRecord, fields: dict[str, Any]) -> str:
        private = getattr(record, "private", "")
        if self._with_values and private:
            return str(private)
        if self._with_values and fields["event"] == "library_said":
            return f"{record.name}: {record.getMessage()}"
        return _on_one_line(str(fields.get("message", "")))

    def _trouble(self, record: logging.LogRecord, fields: dict[str, Any]) -> list[str]:
        if self._with_values and record.exc_info and record.exc_info[1] is not None:
            return [self.formatException(record.exc_info)]
        lines = [f"    {frame}" for frame in fields.get("stack", ())]
        if "error" in fields:
            lines.append(f"  {_kind(fields['error'])}")
        for cause in fields.get("caused_by", ()):
            lines.append(f"  caused by {_kind(cause)}")
            lines += [f"    {frame}" for frame in cause["stack"]]
        return lines


def _short(name: str, value: Any) -> str:
    """Enough of an id to find its other lines on the screen."""
    text = _on_one_line(value) if isinstance(value, str) else encoded(value)
    return text[: 8 if name in ("request_id", "user", "task_id") else 200]


def _on_one_line(text: str) -> str:
    """A value can neither begin a line of its own nor steer the terminal."""
    return text if text.isprintable() else encoded(text)


def _kind(error: dict[str, Any]) -> str:
    return " ".join(str(error[name]) for name in ("type", "code") if name in error)
