"""Whether this process and those forked from the same master still want new requests."""

import mmap

# One byte of memory that a fork shares: the master is told to end, its children answer.
_draining = mmap.mmap(-1, 1)


def draining() -> bool:
    return _draining[0] == 1


def drain() -> None:
    """From now on `/readyz` says no; there is no way back."""
    _draining[0] = 1
