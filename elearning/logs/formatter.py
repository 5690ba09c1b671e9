"""A record as one line of JSON, whatever it holds."""

import datetime
import decimal
import enum
import json
import logging
import math
import uuid
from collections.abc import Callable
from typing import Any

from elearning.logs.lines import fields_of

MOST = 16 * 1024
"""Bytes of a line; metrics (`_aws`) are never cut, for half of one is none."""

_DEEPEST = 6
_FIELDS_KEPT = 60
_ALWAYS = ("time", "level", "event", "logger", "at", "service", "release", "pid", "request_id")


class JsonFormatter(logging.Formatter):
    """`release` is what every line names as its version."""

    def __init__(self, release: str = "unreleased") -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        """One line of ASCII without its end, at most MOST bytes."""
        fields = fields_of(record, self._release)
        line = encoded(fields)
        if len(line) <= MOST or "_aws" in fields:
            return line
        return _cut(fields)


def _known(value: Any) -> Any:
    """What JSON has no word for. Of anything else its type: its text may be somebody's name."""
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, enum.Enum):
        return value.name
    return type(value).__name__


_encoded: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_known
).encode
_in_ascii: Callable[[Any], str] = json.JSONEncoder(
    allow_nan=False, separators=(",", ":"), default=_known
).encode


def encoded(value: Any) -> str:
    """Any value as JSON in one line of ASCII."""
    try:
        line = _encoded(value)
    except (TypeError, ValueError, RecursionError):
        # Not a number, a key that is no text, or something that holds itself.
        line = _encoded(_plain(value))
    if line.isascii():
        return line
    # Half of a surrogate pair is no text, and some take U+2028 for the end of a line.
    return _in_ascii(json.loads(line.encode("utf-8", "replace")))


def _plain(value: Any, depth: int = 0) -> Any:
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else type(value).__name__
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == _DEEPEST:
        return type(value).__name__
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else type(key).__name__: _plain(each, depth + 1)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(each, depth + 1) for each in value]
    return _known(value)


def _cut(fields: dict[str, Any]) -> str:
    """With shorter texts and fewer items, until it is short enough."""
    fields = json.loads(encoded(fields))
    for longest, items in ((1024, 20), (256, 10), (64, 3)):
        line = _in_ascii(_shortened(fields, longest, items) | {"cut": True})
        if len(line) <= MOST:
            return line
    return _in_ascii({name: fields[name] for name in _ALWAYS if name in fields} | {"cut": True})


def _shortened(value: Any, longest: int, items: int, most: int = _FIELDS_KEPT) -> Any:
    if isinstance(value, str):
        return value[:longest]
    if isinstance(value, list):
        # The end of a stack is where it happened.
        return [_shortened(each, longest, items, items) for each in value[-items:]]
    if isinstance(value, dict):
        return {
            key[:longest]: _shortened(each, longest, items, items)
            for key, each in list(value.items())[:most]
        }
    return value
