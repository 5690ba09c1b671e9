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
_ITEMS_KEPT = 20


class JsonFormatter(logging.Formatter):
    """`release` is what every line names as its version."""

    def __init__(self, release: str = "unreleased") -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        """One line of ASCII without its end, at most MOST bytes."""
        fields = fields_of(record, self._release)
        line = _line(fields)
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


def _line(fields: dict[str, Any]) -> str:
    try:
        line = _encoded(fields)
    except (TypeError, ValueError, RecursionError):
        # Not a number, a key that is no text, or something that holds itself.
        fields = _plain(fields)
        line = _encoded(fields)
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
    fields = json.loads(_line(fields))
    for longest in (1024, 256, 64):
        line = _in_ascii(_shortened(fields, longest) | {"cut": True})
        if len(line) <= MOST:
            return line
    standard = {name: fields[name] for name in list(fields)[:8]}
    return _in_ascii(_shortened(standard, 64) | {"cut": True})


def _shortened(value: Any, longest: int, most: int = _FIELDS_KEPT) -> Any:
    if isinstance(value, str):
        return value[:longest]
    if isinstance(value, list):
        # The end of a stack is where it happened.
        return [_shortened(each, longest, _ITEMS_KEPT) for each in value[-_ITEMS_KEPT:]]
    if isinstance(value, dict):
        return {
            key[:longest]: _shortened(each, longest, _ITEMS_KEPT)
            for key, each in list(value.items())[:most]
        }
    return value
