"""What nobody caught, as a line like all others: Python would print it, with all its values."""

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, TextIO

log = logging.getLogger("elearning.logs")


def listen() -> None:
    """For this process and those it forks, from now on."""
    sys.excepthook = _process
    threading.excepthook = _thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warning


def _process(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not logging.root.handlers:
        # The settings themselves did not load: who started it needs to see why.
        sys.__excepthook__(kind, error, traceback)
        return
    log.critical("crash", exc_info=(kind, error, traceback))


def _thread(said: threading.ExceptHookArgs) -> None:
    if said.exc_value is None or isinstance(said.exc_value, SystemExit):
        return
    name = said.thread.name if said.thread else None
    error = (said.exc_type, said.exc_value, said.exc_traceback)
    log.error("crash_thread", exc_info=error, extra={"thread_name": name})


def _unraisable(said: Any) -> None:
    """While something was removed from memory."""
    if said.exc_value is not None:
        error = (said.exc_type, said.exc_value, said.exc_traceback)
        log.error("lose_exception", exc_info=error)


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    record = log.makeRecord(
        log.name,
        logging.WARNING,
        filename,
        lineno,
        "warn",
        (),
        None,
        extra={"category": category.__name__, "private": str(message)},
    )
    log.handle(record)
