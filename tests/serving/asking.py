"""Requests to a port of this machine, and what came back."""

import http.client
import socket
import threading
from dataclasses import dataclass

from tests.servers.site import HOST


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    connection: str | None
    """The header of that name."""


def ask(port: int, path: str, *, method: str = "GET", body: bytes | None = None) -> Answer:
    """One request on a connection of its own. OSError or HTTPException if there is no answer."""
    line = http.client.HTTPConnection(HOST, port, timeout=40)
    try:
        line.request(method, path, body)
        response = line.getresponse()
        return Answer(response.status, response.read().decode(), response.headers["Connection"])
    finally:
        line.close()


def slowly_sending(port: int, sent: bytes) -> socket.socket:
    """A connection that has sent no more than this."""
    line = socket.create_connection((HOST, port), timeout=40)
    line.sendall(sent)
    return line


def received(line: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    with line:
        return b"".join(iter(lambda: line.recv(65536), b""))


class Asked(threading.Thread):
    """A request that is under way; `answer` is None if it came to nothing."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.port, self.path = port, path
        self.answer: Answer | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = ask(self.port, self.path)
        except (OSError, http.client.HTTPException):
            self.answer = None

    def result(self) -> Answer | None:
        self.join(60)
        assert not self.is_alive(), "No answer, and no end either."
        return self.answer
