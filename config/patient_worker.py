"""gunicorn's threaded worker, but no thread is kept waiting by a slow client.

gthread gives a connection to a thread when its first byte is there, and the thread then waits
for the rest: as many slow senders as there are threads, and nobody else is served. An ALB waits
for headers, but passes a body on as it comes. Here the loop that accepts connections collects a
request until all of it is here, which costs memory and no thread. Bodies too large for that (a
part of an upload, where this site is the store) may hold a third of the threads; more of them
wait unread.
"""

import contextlib
import logging
import socket
import time
from collections import deque
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from config.arrival import Arrival, Stage
from elearning.health.readiness import draining

log = logging.getLogger("config.patient_worker")

SILENT_SECONDS = 75.0
"""For the first byte of a new connection; browsers open some ahead."""
ARRIVAL_SECONDS = 30.0
"""For a whole request, from its first byte: 64 KiB in this time are 17 kbit/s."""
STALLED_SECONDS = 30.0
"""Without a byte in either direction, while a thread is at work for the connection."""
LOOK_EVERY = 1.0
PIECE = 64 * 1024

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
ENDLESS = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Connection: close\r\nContent-Length: 0\r\n\r\n"
)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """All methods but `handle_request` run in the loop's thread alone, as gunicorn's own do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._large_most = max(1, self.cfg.threads // 3)
        self._coming: dict[TConn, Arrival] = {}
        self._large: set[TConn] = set()
        self._large_later: deque[tuple[TConn, bytes]] = deque()
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
            self._large_later.append((conn, self._collected(conn)))
            self._begin_large()
        elif stage is Stage.ENDLESS:
            self._give_up(conn, ENDLESS)

    def _collected(self, conn: TConn) -> bytes:
        self.poller.unregister(conn.sock)
        return bytes(self._coming.pop(conn).data)

    def _hand_on(self, conn: TConn, data: bytes) -> None:
        conn.init()
        conn.parser.unreader.unread(data)
        super().enqueue_req(conn)

    def _begin_large(self) -> None:
        while self._large_later and len(self._large) < self._large_most:
            conn, data = self._large_later.popleft()
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
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close what has waited too long; gunicorn calls this after each round."""
        super().murder_pending()
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        for conn, arrival in list(self._coming.items()):
            if not arrival.begun:
                if now - arrival.since > SILENT_SECONDS or not self.alive:
                    self._give_up(conn)
            elif now - arrival.since > ARRIVAL_SECONDS:
                self._give_up(conn, TOO_SLOW)

    def _give_up(self, conn: TConn, answer: bytes = b"") -> None:
        self._collected(conn)
        self.nr_conns -= 1
        if answer:
            log.info("refuse_slow_client", extra={"status": int(answer[9:12])})
            with contextlib.suppress(OSError):
                conn.sock.send(answer)
        conn.close()
