"""Whether this worker must let go of the job in hand: long work then ends by itself."""

import threading

_told = threading.Event()


class Interrupted(BaseException):
    """The worker must leave before the job has ended; another one begins it anew.

    Raised by work that asks `stopping()`, and by the worker in the middle of work that does
    not. No Exception, for it is no failure of the work: let it pass, and clear up on its way.
    """


def stopping() -> bool:
    """Ask now and then in work that takes longer than a minute; never true in a request."""
    return _told.is_set()


def tell(*, stop: bool = True) -> None:
    """For the worker."""
    if stop:
        _told.set()
    else:
        _told.clear()
