"""Whether this worker was told to stop: long work then gives back what it has begun."""

import threading

_told = threading.Event()


def stopping() -> bool:
    """Ask now and then in work that takes longer than a minute; never true in a request."""
    return _told.is_set()


def tell(*, stop: bool = True) -> None:
    """For the worker."""
    if stop:
        _told.set()
    else:
        _told.clear()
