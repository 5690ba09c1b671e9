"""Whether the writer answers right now, asked rather than remembered."""

from django.db import connections
from django.db.utils import Error

from elearning.db.aliases import WRITER, has_reader
from elearning.db.context import Mode, Work, working
from elearning.db.writer_state import writer_state


def writer_answers() -> bool:
    """One real query, on this thread's own connection; takes no longer than its timeouts."""
    if has_reader() and writer_state.down:
        # The monitor tries it; waiting for a connect that must fail would tell nothing new.
        return False
    # Not interruptible: an error is an answer here, nothing to run the request again for.
    with working(Work(Mode.WRITER)):
        # A connection that broke since it was last used says nothing about the server.
        return _select_one() or _select_one()


def _select_one() -> bool:
    try:
        with connections[WRITER].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
