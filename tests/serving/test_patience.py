"""What becomes of connections that do not come to an end by themselves.

The sites here have 30 places for connections: one that is not given back shows when all are gone.
"""

import contextlib
import os
import signal
import socket
import struct
import time

import pytest

from tests.servers.site import HOST
from tests.serving.asking import ask, received, slowly_sending
from tests.serving.conftest import Impatient
from tests.serving.test_draining import until
from tests.serving.test_processes import sockets

PLACES = 30
HEAD = b"POST /slow/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LARGE = HEAD + b"Content-Length: 200000\r\n\r\n"
LAST = b"GET /slow/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def reset(line):
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def test_who_does_not_close_after_his_answer_keeps_nobody_waiting(serve):
    web = serve(WEB_THREADS="6")
    lines = [slowly_sending(web.port, LAST) for _ in range(40)]
    another = slowly_sending(web.port, LAST)
    # With two seconds for each of them its turn would come much later.
    another.settimeout(10)
    for line in (another, *lines):
        assert received(line).startswith(b"HTTP/1.1 200 OK")


def test_the_end_of_an_answer_is_told_at_once(serve):
    web = serve(kind=Impatient, LINGER_SECONDS="60")
    assert received(slowly_sending(web.port, LAST)).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD, id="half a head"),
        pytest.param(HEAD + b"Content-Length: 9\r\n\r\nab", id="half a small body"),
        pytest.param(LARGE + b"ab", id="half a large body"),
        pytest.param(b"nonsense\r\n\r\n", id="no request"),
        pytest.param(HEAD + b"X: " + b"y" * 70_000, id="a head without an end"),
        pytest.param(LAST, id="a whole one"),
        pytest.param(LAST.replace(b"close", b"keep-alive"), id="one of several"),
    ],
)
def test_who_hangs_up_gives_his_place_back(serve, sent, leave):
    web = serve(kind=Impatient, WEB_THREADS="6")
    (pid,) = web.workers
    for _ in range(2 * PLACES):
        with contextlib.suppress(OSError):
            leave(slowly_sending(web.port, sent))
    assert ask(web.port, "/slow/").status == 200
    until(lambda: len(sockets(pid)) == 1)  # the port
    assert "Traceback" not in web.log.read_text()


def test_a_request_that_does_not_end_in_time_is_answered_408(serve):
    web = serve(kind=Impatient, ARRIVAL_SECONDS="1")
    for sent in (HEAD, HEAD + b"Content-Length: 9\r\n\r\nab"):
        lines = [slowly_sending(web.port, sent) for _ in range(PLACES)]
        for line in lines:
            assert received(line).startswith(b"HTTP/1.1 408 ")
    assert ask(web.port, "/slow/").status == 200


def test_who_never_says_anything_is_let_go_without_a_word(serve):
    web = serve(kind=Impatient, SILENT_SECONDS="1")
    lines = [slowly_sending(web.port, b"") for _ in range(PLACES - 5)]
    assert [received(line) for line in lines] == [b""] * len(lines)
    assert ask(web.port, "/slow/").status == 200


def test_the_silent_make_room_when_all_places_are_taken(serve):
    web = serve(kind=Impatient)
    lines = [slowly_sending(web.port, b"") for _ in range(PLACES)]
    # They could stay for 75 seconds otherwise, and nobody waits so long.
    assert ask(web.port, "/slow/").status == 200
    for line in lines:
        line.close()


def test_a_large_body_whose_turn_does_not_come_is_answered_503_and_may_come_again(serve):
    web = serve(kind=Impatient, WEB_THREADS="6", WAITING_SECONDS="1", STALLED_SECONDS="20")
    holding = [slowly_sending(web.port, LARGE + b"x") for _ in range(2)]
    waiting = [slowly_sending(web.port, LARGE + b"x") for _ in range(PLACES - 5)]
    for line in waiting:
        answer = received(line)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: 10\r\n" in answer
    for line in holding:
        line.sendall(b"x" * 199_999 + LAST)
        assert received(line).count(b"HTTP/1.1 200 OK") == 2
    assert ask(web.port, "/slow/", method="POST", body=b"x" * 200_000).text.endswith(" 200000")


@pytest.mark.parametrize("sent", [LARGE + b"x" * 150_000, LARGE])
def test_a_body_that_breaks_off_is_not_taken_for_the_whole(serve, sent):
    web = serve()
    line = slowly_sending(web.port, sent)
    line.shutdown(socket.SHUT_WR)
    assert received(line).startswith(b"HTTP/1.1 400 ")


def test_a_large_body_that_stands_still_leaves_its_thread(serve):
    web = serve(kind=Impatient, WEB_THREADS="3", STALLED_SECONDS="1")
    lines = [slowly_sending(web.port, LARGE + b"x") for _ in range(4)]
    for line in lines:
        assert received(line).startswith(b"HTTP/1.1 400 ")
    assert ask(web.port, "/slow/", method="POST", body=b"x" * 200_000).text.endswith(" 200000")


def test_nor_does_a_byte_now_and_then_keep_it(serve):
    web = serve(kind=Impatient, WEB_THREADS="3", STALLED_SECONDS="1")
    line = slowly_sending(web.port, LARGE)
    line.setblocking(False)
    for _ in range(200):
        time.sleep(0.1)
        line.send(b"x")
        with contextlib.suppress(BlockingIOError):
            assert line.recv(65536).startswith(b"HTTP/1.1 400 ")
            break
    else:
        pytest.fail("It holds its thread as long as it likes.")
    line.close()


def test_a_large_body_has_its_time_when_it_comes_steadily(serve):
    web = serve(kind=Impatient, WEB_THREADS="3", STALLED_SECONDS="3")
    line = slowly_sending(web.port, LARGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    # It begins with difficulty, and takes longer than one may stand still.
    for size in (1, 1, *[4_999] * 40, 38):
        time.sleep(0.1 if size > 1 else 1)
        line.sendall(b"x" * size)
    assert received(line).endswith(b" 200000")


def test_who_is_just_about_to_ask_a_process_that_ends_is_served(serve):
    web = serve()
    (pid,) = web.workers
    line = slowly_sending(web.port, b"")
    until(lambda: len(sockets(pid)) == 2)
    os.kill(pid, signal.SIGTERM)
    time.sleep(1.2)
    line.sendall(LAST)
    assert received(line).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_only_listens_any_more_gets_its_answer(serve):
    web = serve()
    for sent in (LAST, LARGE + b"x" * 200_000):
        line = socket.create_connection((HOST, web.port), timeout=40)
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        assert received(line).startswith(b"HTTP/1.1 200 OK")
