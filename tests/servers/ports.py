"""Ports for servers that tests start."""

import random
import socket

# Below the ports that Linux gives to outgoing connections (32768 and up): a port that a
# test closes for a while must not be taken in the meantime by somebody's connection.
_FIRST, _LAST = 20_000, 32_000


def free_port() -> int:
    """A TCP port of 127.0.0.1 where nobody listens. Raises OSError when none is found."""
    for port in random.sample(range(_FIRST, _LAST), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError(f"No free port between {_FIRST} and {_LAST}.")
