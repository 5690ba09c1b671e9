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


class NotAcceptable(Exception):  # noqa: N818
    """A file that may not be used; `content_type` is what it is, as far as known."""

    def __init__(self, reason: Reason, content_type: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.content_type = content_type


class TooMuchAtOnce(Exception):  # noqa: N818
    """A reader wanted to hold a large piece of the file in memory."""


class SparingFile:
    """An open binary file that hands out at most `most` bytes at once.

    Some readers fall back on "read everything" when a file is damaged; a file of gigabytes
    must not end the worker that way.
    """

    def __init__(self, file: IO[bytes], most: int = 32 * 1024 * 1024) -> None:
        self._file = file
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            data = self._file.read(self._most + 1)
            if len(data) > self._most:
                raise TooMuchAtOnce
            return data
        if size > self._most:
            raise TooMuchAtOnce
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
