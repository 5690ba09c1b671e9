"""A request as it comes in: is all of it here?"""

import enum
import re
import time

HEAD_MOST = 64 * 1024
"""Bytes of the request line and the headers; gunicorn would take more, and wait for them."""
BODY_MOST = 64 * 1024
"""Bytes of a body that is collected: any form and any answer is shorter."""

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
# Chunks do not tell how many will come, and who expects a 100 sends nothing before he has it.
# And a length that we cannot read may be one that gunicorn can.
_UNKNOWN_LENGTH = re.compile(
    rb"\r\n(?:transfer-encoding|expect|content-length(?!:[ \t]*\d{1,18}[ \t]*\r\n))", re.IGNORECASE
)


class Stage(enum.Enum):
    COMING = "coming"
    WHOLE = "whole"
    LARGE = "large"
    """The headers are here, with a body to come that is not collected."""
    ENDLESS = "endless"
    """Headers without an end."""


class Arrival:
    """What one connection has sent of its next request.

    It tells when a request is handed on, and never what it says: gunicorn alone parses.
    """

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.since = time.monotonic()
        """When it began: the first byte, or the waiting for it."""
        self._length = 0
        """Of all of it, in bytes, once the headers are here."""

    @property
    def begun(self) -> bool:
        return bool(self.data)

    def take(self, data: bytes) -> None:
        if not self.data:
            self.since = time.monotonic()
        self.data += data

    def stage(self) -> Stage:
        if not self._length:
            end = self.data.find(_END_OF_HEAD)
            if end < 0:
                return Stage.ENDLESS if len(self.data) > HEAD_MOST else Stage.COMING
            self._length = end + len(_END_OF_HEAD)
            body = _length_of_body(bytes(self.data[: self._length]))
            if body is None or body > BODY_MOST:
                return Stage.LARGE
            self._length += body
        return Stage.WHOLE if len(self.data) >= self._length else Stage.COMING


def _length_of_body(head: bytes) -> int | None:
    """In bytes; None if nobody knows."""
    if _UNKNOWN_LENGTH.search(head):
        return None
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0
