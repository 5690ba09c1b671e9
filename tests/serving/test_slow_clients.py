"""Clients that send a byte now and then do not keep the others from being served."""

import contextlib
import socket
import threading
import time

import pytest

from tests.serving.asking import ask, received, slowly_sending

HEAD = b"POST /slow/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
TOGETHER = 200


class Dribble(threading.Thread):
    """So many connections that send `head`, and then a byte each in every second."""

    def __init__(self, port: int, head: bytes) -> None:
        super().__init__(daemon=True)
        self.lines = [slowly_sending(port, head) for _ in range(TOGETHER)]
        self.leave = threading.Event()
        self.sent = 0

    def __enter__(self):
        self.start()
        return self

    def run(self) -> None:
        while not self.leave.wait(1):
            for line in self.lines:
                with contextlib.suppress(OSError):
                    self.sent += line.send(b"a")

    def __exit__(self, *_) -> None:
        self.leave.set()
        self.join()
        for line in self.lines:
            line.close()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(HEAD + b"X-Slow: ", id="headers"),
        pytest.param(HEAD + b"Content-Length: 5000\r\n\r\n", id="a small body"),
        pytest.param(HEAD + b"Content-Length: 900000\r\n\r\n", id="a large body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n400\r\n", id="chunks"),
    ],
)
def test_200_that_send_a_byte_a_second_do_not_stop_the_others(serve, behind, head):
    web = serve(WEB_THREADS="6")
    proxy = behind(web)
    with Dribble(proxy.port, head) as slow:
        while slow.sent < 3 * TOGETHER:
            time.sleep(0.05)
        # One after the other through one process: each that waited for one of them would show.
        answers = [ask(proxy.port, "/slow/").status for _ in range(100)]
        assert set(answers) == {200}
        assert ask(proxy.port, "/slow/", method="POST", body=b"x" * 60_000).text.endswith(" 60000")
        assert slow.sent < 60 * TOGETHER
        assert proxy.states() == {"web": "UP"}


def test_nor_do_headers_that_no_load_balancer_holds_back(serve):
    web = serve(WEB_THREADS="6")
    with Dribble(web.port, HEAD + b"X-Slow: ") as slow:
        while slow.sent < 2 * TOGETHER:
            time.sleep(0.05)
        assert {ask(web.port, "/slow/").status for _ in range(100)} == {200}
        assert slow.sent < 25 * TOGETHER


def test_a_body_that_comes_in_pieces_is_put_together(serve):
    web = serve()
    line = slowly_sending(web.port, HEAD + b"Connection: close\r\nContent-Length: 3\r\n")
    for piece in (b"\r", b"\na", b"b", b"c"):
        time.sleep(0.05)
        line.sendall(piece)
    assert received(line).endswith(b" 3")


def test_requests_sent_together_are_answered_one_after_the_other(serve):
    web = serve()
    one = HEAD + b"Content-Length: 2\r\n\r\nab"
    last = HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\nc"
    line = slowly_sending(web.port, one + one + last[:70])
    time.sleep(0.3)
    line.sendall(last[70:])
    answers = received(line)
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.endswith(b" 1")


def test_a_large_body_goes_through_while_others_of_its_kind_wait(serve):
    web = serve(WEB_THREADS="6")
    head = HEAD + b"Connection: close\r\nContent-Length: 200000\r\n\r\n"
    lines = [slowly_sending(web.port, head + b"x" * 1000) for _ in range(9)]
    for line in reversed(lines):
        _finish(line, b"x" * 199_000)
    assert [received(line)[-7:] for line in lines] == [b" 200000"] * 9


def _finish(line: socket.socket, rest: bytes) -> None:
    threading.Thread(target=line.sendall, args=[rest], daemon=True).start()


def test_headers_without_an_end_are_refused(serve):
    web = serve()
    line = slowly_sending(web.port, HEAD)
    with contextlib.suppress(OSError):
        for _ in range(100):
            line.sendall(b"X-Filler: " + b"y" * 1000 + b"\r\n")
    assert received(line).startswith(b"HTTP/1.1 431 ")


def test_who_hangs_up_in_the_middle_leaves_nothing_behind(serve):
    web = serve()
    (pid,) = web.workers
    for _ in range(20):
        slowly_sending(web.port, HEAD + b"Content-Length: 9\r\n\r\nab").close()
    assert ask(web.port, "/slow/").status == 200
    assert web.workers == [pid]
    assert "Traceback" not in web.log.read_text()
