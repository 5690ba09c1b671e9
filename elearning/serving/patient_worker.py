"""gunicorn's threaded worker, but no thread is kept waiting by a slow client.

gthread gives a connection to a thread when its first byte is there, and the thread then waits
for the rest: as many slow senders as there are threads, and nobody else is served. An ALB waits
for headers, but passes a body on as it comes. Here the loop that accepts connections collects a
request until all of it is here, which costs memory and no thread. Bodies too large for that (a
part of an upload, where this site is the store) may hold a third of the threads; more of them
wait unread, and not for ever. Nor does the loop itself wait for anybody: it closes a connection
when the client has closed its side, or after some seconds.
"""

import contextlib
import errno
import logging
import socket
import time
from collections import deque
from functools import partial
from selectors import EVENT_READ
from typing import Any, NamedTuple

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from elearning.health.readiness import draining
from elearning.serving.arrival import Arrival, Stage

log = logging.getLogger(__name__)

SILENT_SECONDS = 75.0
"""For the first byte of a new connection; browsers open some ahead."""
ARRIVAL_SECONDS = 30.0
"""For a whole request, from its first byte: 64 KiB in this time are 17 kbit/s."""
STALLED_SECONDS = 30.0
"""Without a byte in either direction, while a thread is at work for the connection."""
LEAST_RATE = 2048
"""Bytes a second, on average, of a body that a thread reads; STALLED_SECONDS are free."""
WAITING_SECONDS = 50.0
"""For a large body to have its turn; a load balancer gives up after 60."""
LINGER_SECONDS = 2.0
"""For a client to close its side after us; and for a first byte, when we end or are full."""
LOOK_EVERY = 1.0
PIECE = 64 * 1024

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
ENDLESS = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Connection: close\r\nContent-Length: 0\r\n\r\n"
)
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"Retry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


class _Large(NamedTuple):
    """A request with a large body that waits for its turn since then (time.monotonic())."""

    conn: TConn
    data: bytes
    since: float


class _Request(SocketUnreader):  # type: ignore[misc]
    """What has come of a request, and after it what the connection still brings.

    A body that breaks off is an error: gunicorn would pass half of it for the whole.
    """

    def __init__(self, sock: socket.socket, begun: bytes) -> None:
        super().__init__(sock)
        self.unread(begun)
        self._waited = 0.0
        self._received = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """ConnectionResetError or TimeoutError if there will not be more."""
        began = time.monotonic()
        data: bytes = super().chunk(size_hint)
        self._waited += time.monotonic() - began
        self._received += len(data)
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "The body broke off.")
        if self._waited > STALLED_SECONDS + self._received / LEAST_RATE:
            raise TimeoutError("The body comes too slowly.")
        return data


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """All methods but `handle_request` run in the loop's thread alone, as gunicorn's own do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._large_most = max(1, self.cfg.threads // 3)
        self._coming: dict[TConn, Arrival] = {}
        self._large: set[TConn] = set()
        self._large_later: deque[_Large] = deque()
        self._leaving: dict[TConn, float] = {}
        self._looked_at = 0.0

    def enqueue_req(self, conn: TConn) -> None:
        """gunicorn calls this when bytes of a request are, or may be, there."""
        # What came with the request before, if the client did not wait for its answer.
        already = conn.parser.unreader.take_buffered() if conn.initialized else b""
        conn.sock.setblocking(False)
        self._coming[conn] = Arrival(already)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))
        if already:
            self._consider(conn)

    def _read(self, conn: TConn, sock: socket.socket) -> None:
        try:
            data = sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._coming[conn].take(data)
            self._consider(conn)
        else:
            self._give_up(conn)

    def _consider(self, conn: TConn) -> None:
        stage = self._coming[conn].stage()
        if stage is Stage.WHOLE:
            self._hand_on(conn, self._collected(conn))
        elif stage is Stage.LARGE:
            self._large_later.append(_Large(conn, self._collected(conn), time.monotonic()))
            self._begin_large()
        elif stage is Stage.ENDLESS:
            self._give_up(conn, ENDLESS)

    def _collected(self, conn: TConn) -> bytes:
        self.poller.unregister(conn.sock)
        return bytes(self._coming.pop(conn).data)

    def _hand_on(self, conn: TConn, data: bytes) -> None:
        conn.init()
        conn.parser.unreader = _Request(conn.sock, data)
        super().enqueue_req(conn)

    def _begin_large(self) -> None:
        while self._large_later and len(self._large) < self._large_most:
            conn, data, _ = self._large_later.popleft()
            self._large.add(conn)
            self._hand_on(conn, data)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        conn.sock.settimeout(STALLED_SECONDS)
        if draining():
            # So the load balancer keeps no connection that we are about to close.
            req.force_close()
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError:
            log.info("give_up_stalled_client")
            return False

    def finish_request(self, conn: TConn, fs: Any) -> None:
        self._large.discard(conn)
        self._begin_large()
        if not fs.cancelled() and not fs.exception() and fs.result():
            super().finish_request(conn, fs)
        else:
            # gunicorn would wait here, in the loop, until the client has closed its side.
            self._say_goodbye(conn)

    def murder_pending(self) -> None:
        """Close what has waited too long; gunicorn calls this after each round."""
        super().murder_pending()
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        room = self.alive and self.nr_conns < self.worker_connections
        silent_most = SILENT_SECONDS if room else LINGER_SECONDS
        for conn, arrival in list(self._coming.items()):
            if not arrival.begun:
                if now - arrival.since > silent_most:
                    self._give_up(conn)
            elif now - arrival.since > ARRIVAL_SECONDS:
                self._give_up(conn, TOO_SLOW)
        while self._large_later and now - self._large_later[0].since > WAITING_SECONDS:
            self._refuse(self._large_later.popleft().conn, TOO_MANY)
        for conn, since in list(self._leaving.items()):
            if now - since > LINGER_SECONDS:
                self._see_off(conn)

    def _give_up(self, conn: TConn, answer: bytes = b"") -> None:
        self._collected(conn)
        if answer:
            self._refuse(conn, answer)
        else:
            self._close(conn)

    def _refuse(self, conn: TConn, answer: bytes) -> None:
        log.info("refuse_slow_client", extra={"status": int(answer[9:12])})
        with contextlib.suppress(OSError):
            conn.sock.send(answer)
        self._say_goodbye(conn)

    def _say_goodbye(self, conn: TConn) -> None:
        """Closed at once, with bytes of the client unread, its answer would be lost to it."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._leaving[conn] = time.monotonic()
            self.poller.register(conn.sock, EVENT_READ, partial(self._read_on, conn))

    def _read_on(self, conn: TConn, sock: socket.socket) -> None:
        try:
            if sock.recv(PIECE):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._see_off(conn)

    def _see_off(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
