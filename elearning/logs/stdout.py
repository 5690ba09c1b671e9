"""The handler that writes lines to stdout, each whole."""

import logging
import os

_STDOUT = 1


class Stdout(logging.Handler):
    """Writes each line by one call, past Python's buffers.

    Threads never mix their lines. Nor do processes that share a pipe, while a line has 4 KiB at
    most (PIPE_BUF); a longer one may be parted where the pipe is full.
    """

    def __init__(self, fd: int = _STDOUT) -> None:
        super().__init__()
        self._fd = fd

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "replace")
            while line:
                line = line[os.write(self._fd, line) :]
        except OSError:
            # Nobody reads any more, and the work goes on without them.
            pass
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name there
        """Python would print the record to stderr, with all that it holds."""
        os.write(self._fd, b'{"level":"error","event":"lose_line","logger":"elearning.logs"}\n')
