"""What looking into a file can end with."""

from dataclasses import dataclass
from typing import IO

from elearning.uploads.reasons import Reason


@dataclass(frozen=True, slots=True)
class Findings:
    """A file that may be used: its real type, and its measures where it has them."""

    content_type: str
    duration_seconds: float | None = None
    page_count: int | None = None
    width: int | None = None
    height: int | None = None


class NotAcceptable(Exception):
    """A file that may not be used; `content_type` is what it is, as far as known."""

    def __init__(self, reason: Reason, content_type: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.content_type = content_type


class TooMuchAtOnce(Exception):
    """A reader wanted to hold a large piece of the file in memory."""


class SparingFile:
    """An open binary file that hands out at most `most` bytes at once, `budget` in all.

    Some readers fall back on "read everything" when a file is damaged, or walk through all of
    it byte by byte; a file of gigabytes must not end or hold up the worker that way. A tiny
    read costs as much of the budget as one of 16 bytes.
    """

    def __init__(
        self, file: IO[bytes], *, most: int = 32 * 1024**2, budget: int | None = None
    ) -> None:
        self._file = file
        self._most = most
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            data = self._file.read(self._most + 1)
        elif size <= self._most:
            data = self._file.read(size)
        else:
            raise TooMuchAtOnce
        if len(data) > self._most:
            raise TooMuchAtOnce
        if self._budget is not None:
            self._budget -= max(len(data), 16)
            if self._budget < 0:
                raise TooMuchAtOnce
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
