"""The handler that writes lines to stdout, each whole."""

import contextvars
import logging
import os
import select

_STDOUT = 1

PATIENCE = 1.0
"""Seconds that a line waits for a reader who is behind. From then on lines are dropped until he
reads again: a log that nobody takes must not stop who is learning, while `/livez` says all is
well."""


class Stdout(logging.Handler):
    """Writes each line by one call, past Python's buffers.

    Threads never mix their lines. Nor do processes that share a pipe, while a line has 4 KiB at
    most (PIPE_BUF); a longer one may be parted where the pipe is full, and waits there.
    """

    def __init__(self, fd: int = _STDOUT) -> None:
        super().__init__()
        self._fd = fd
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self._lost and self._write(self._loss()):
                self._lost = 0
            if self._lost or not self._write(self.format(record)):
                self._lost += 1
        except OSError:
            # Nobody reads any more, and the work goes on without them.
            pass
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name there
        """Python would print the record to stderr, with all that it holds."""
        self._write('{"level":"error","event":"lose_line","logger":"elearning.logs"}')

    def _write(self, text: str) -> bool:
        """False if there was no room, and it was not."""
        if not self._has_room(0 if self._lost else PATIENCE):
            return False
        line = f"{text}\n".encode("utf-8", "replace")
        while line:
            line = line[os.write(self._fd, line) :]
        return True

    def _has_room(self, seconds: float) -> bool:
        """For PIPE_BUF at least, or an error that tells itself in writing."""
        poll = select.poll()
        poll.register(self._fd, select.POLLOUT)
        return bool(poll.poll(seconds * 1000))

    def _loss(self) -> str:
        record = logging.LogRecord(
            "elearning.logs", logging.ERROR, __file__, 0, "lose_lines", (), None
        )
        record.lost = self._lost
        # It is no word of the request that happens to be the first to be heard again.
        return contextvars.Context().run(self.format, record)
