"""A TCP forwarder on a fixed port: what an Aurora endpoint is to its servers.

It can be pointed at another server, and can cut, stall, delay and refuse connections.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# How long cut_after() waits for the server's answer before it cuts all the same.
_ANSWER_WAIT = 2.0  # seconds


class Forwarder:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`target_port`.

    It runs in a thread of its own; every method may be called from any thread, and what it
    asks for is in force when it returns. Where the target refuses, clients are accepted and
    reset at once. Patterns are looked for in single chunks of plain bytes, so they are not
    found in a connection that uses TLS.
    """

    def __init__(self, port: int, target_port: int) -> None:
        self.port = port
        self.target_port = target_port
        self.accepted = 0  # connections since start()
        self.to_servers = 0  # bytes taken from clients since start()
        self.to_clients = 0  # bytes taken from servers since start()
        self._target = target_port
        self._connections: set[_Connection] = set()
        self._flowing = True
        self._delay = 0.0
        self._cut_before: bytes | None = None
        self._cut_after: bytes | None = None
        self._listener: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"forwarder-{port}", daemon=True)

    # --- Beginning and end ----------------------------------------------------------------

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._thread.start()
        self.accept()

    def close(self) -> None:
        """Cut every connection and give the port back; for good."""
        if not self._thread.is_alive():
            return
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def reset(self) -> None:
        """As after start(): to the first target, listening, flowing, without delay.

        Connections that lead to another target, or that a stall held, are cut; others stay.
        """
        self._in_loop(self._reset)
        self.accept()

    # --- What a test does to the connections ----------------------------------------------

    @property
    def open(self) -> int:
        """How many connections of clients are open."""
        return self._in_loop(lambda: len(self._connections))

    def point_at(self, port: int) -> None:
        """Send new connections to `port`; those that are open stay where they are."""
        self._target = port

    def cut(self) -> None:
        """Reset (RST) every connection, on both sides."""
        self._in_loop(self._cut_all)

    def refuse(self) -> None:
        """Listen no more, so that connecting is refused, and cut what is open."""
        self._in_loop(self._refuse)

    def accept(self) -> None:
        """Listen again."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)

    def stall(self) -> None:
        """Be a black hole: connections are accepted, and no byte passes, on open ones either.

        Only that a side closed is passed on; the bytes it left behind are then dropped.
        """
        self._flowing = False

    def flow(self) -> None:
        """Let bytes pass again, those that were held first."""
        self._in_loop(self._flow)

    def delay(self, seconds: float) -> None:
        """Hand each chunk from a server to its client `seconds` later; 0 for none."""
        self._delay = seconds

    def cut_after(self, pattern: bytes) -> None:
        """Lose the answer: once, for the next chunk from a client that contains `pattern`.

        The chunk reaches the server. When the server has answered (or after 2 s) the
        connection is cut, and no byte of the answer has reached the client.
        """
        self._cut_after = pattern

    def cut_before(self, pattern: bytes) -> None:
        """Lose the question: once, cut instead of passing on the chunk with `pattern`."""
        self._cut_before = pattern

    # --- In the loop's thread -------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _in_loop(self, work: Callable[[], Result]) -> Result:
        async def run() -> Result:
            result = work()
            await asyncio.sleep(0)  # the loop closes what was aborted in its next round
            return result

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=10)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await self._loop.create_server(
                lambda: _Client(self), "127.0.0.1", self.port
            )

    def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._cut_all()

    def _cut_all(self) -> None:
        for connection in list(self._connections):
            connection.cut()

    def _flow(self) -> None:
        self._flowing = True
        for connection in list(self._connections):
            connection.pass_on()

    def _reset(self) -> None:
        for connection in list(self._connections):
            if connection.target != self.target_port or connection.holds_bytes:
                connection.cut()
        self._target = self.target_port
        self._delay = 0.0
        self._cut_before = self._cut_after = None
        self._flow()


class _Connection:
    """A client, the server it is forwarded to, and the bytes on their way between them."""

    def __init__(self, forwarder: Forwarder, client: asyncio.Transport) -> None:
        self.forwarder = forwarder
        self.target = forwarder._target
        self.client = client
        self.server: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._to_server: deque[bytes] = deque()
        self._to_client: deque[tuple[float, bytes]] = deque()  # (loop time when due, bytes)
        self._server_ended = False
        self._answer_is_lost = False
        forwarder.accepted += 1
        forwarder._connections.add(self)
        self.pass_on()

    @property
    def holds_bytes(self) -> bool:
        return bool(self._to_server or self._to_client)

    def from_client(self, data: bytes) -> None:
        forwarder = self.forwarder
        forwarder.to_servers += len(data)
        if forwarder._cut_before is not None and forwarder._cut_before in data:
            forwarder._cut_before = None
            self.cut()
            return
        if forwarder._cut_after is not None and forwarder._cut_after in data:
            forwarder._cut_after = None
            self._answer_is_lost = True
            forwarder._loop.call_later(_ANSWER_WAIT, self.cut)
        self._to_server.append(data)
        self.pass_on()

    def from_server(self, data: bytes) -> None:
        self.forwarder.to_clients += len(data)
        if self._answer_is_lost:
            self.cut()
            return
        self._to_client.append((self.forwarder._loop.time() + self.forwarder._delay, data))
        self.pass_on()

    def pass_on(self) -> None:
        """Hand over what is due, unless the forwarder stalls."""
        if not self.forwarder._flowing:
            return
        if self.server is None:
            if self._connecting is None:
                self._connecting = self.forwarder._loop.create_task(self._connect())
            return
        while self._to_server:
            self.server.write(self._to_server.popleft())
        now = self.forwarder._loop.time()
        while self._to_client and self._to_client[0][0] <= now:
            self.client.write(self._to_client.popleft()[1])
        if self._to_client:
            self.forwarder._loop.call_at(self._to_client[0][0], self.pass_on)
        elif self._server_ended:
            self.client.close()

    async def _connect(self) -> None:
        try:
            await self.forwarder._loop.create_connection(
                lambda: _Server(self), "127.0.0.1", self.target
            )
        except OSError:
            self.cut()

    def server_made(self, transport: asyncio.Transport) -> None:
        self.server = transport
        if self not in self.forwarder._connections:
            _reset(transport)
        else:
            self.pass_on()

    def server_lost(self) -> None:
        self._server_ended = True
        self._to_server.clear()
        if self.forwarder._flowing and not self._answer_is_lost:
            self.pass_on()
        else:
            self.cut()

    def client_lost(self) -> None:
        self._forget()
        if self.server is not None:
            self.server.close()

    def cut(self) -> None:
        self._forget()
        for transport in (self.client, self.server):
            if transport is not None:
                _reset(transport)

    def _forget(self) -> None:
        self.forwarder._connections.discard(self)
        self._to_server.clear()
        self._to_client.clear()


class _Client(asyncio.Protocol):
    """The end of a connection that a client opened."""

    def __init__(self, forwarder: Forwarder) -> None:
        self.forwarder = forwarder

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.connection = _Connection(self.forwarder, transport)

    def data_received(self, data: bytes) -> None:
        self.connection.from_client(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.client_lost()


class _Server(asyncio.Protocol):
    """The end that leads to the server."""

    def __init__(self, connection: _Connection) -> None:
        self.connection = connection

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.connection.server_made(transport)

    def data_received(self, data: bytes) -> None:
        self.connection.from_server(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.server_lost()


def _reset(transport: asyncio.Transport) -> None:
    """Close at once with RST, and without what is still unsent."""
    # Fails on a socket whose other side has gone already: then there is nobody to tell.
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()
