"""What an error of a connection sets in motion."""

from django.db.utils import Error, OperationalError

from elearning.db.aliases import READER, WRITER
from elearning.db.context import current
from elearning.db.errors import Fault, Lost, ReaderLost, WriterLost, turned_away
from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state


def before_connecting(alias: str) -> None:
    """While the writer is down, most requests don't wait for a connect that must fail."""
    work = current()
    if alias == WRITER and work is not None and not writer_state.may_try():
        down = OperationalError("The writer did not answer a moment ago.")
        _interrupt(WriterLost, down)
        raise down


def connect_failed(alias: str, generation: int, error: Error) -> None:
    """Raises Lost where somebody can do something about it."""
    if alias == READER:
        reader_state.connect_failed(error)
        _interrupt(ReaderLost, error)
    elif alias == WRITER:
        # A server that has no room for us is no failover: those who are connected go on.
        if turned_away(error):
            writer_state.turned_away(error)
        else:
            writer_state.went_down(generation, error)
        _interrupt(WriterLost, error)


def met(alias: str, generation: int, fault: Fault, error: Error) -> None:
    """A query or a commit failed by a fault of the server; raises Lost as above."""
    if alias == READER:
        reader_state.connection_lost(error)
        _interrupt(ReaderLost, error)
    elif alias == WRITER:
        if fault is Fault.READ_ONLY:
            writer_state.went_down(generation, error)
        else:
            writer_state.connection_lost(generation, error)
        _interrupt(WriterLost, error)


def _interrupt(lost: type[Lost], error: Error) -> None:
    work = current()
    if work is not None and work.interruptible:
        raise lost(str(error)) from error
