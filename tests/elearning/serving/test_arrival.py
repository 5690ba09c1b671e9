"""When a request is handed on: as soon as it is all here, and not before."""

import pytest
from gunicorn.config import Config

from config import capacity
from elearning.serving.arrival import BODY_MOST, HEAD_MOST, Arrival, Stage

GET = b"GET / HTTP/1.1\r\nHost: juku.example.jp\r\n\r\n"


def post(length, body=b"", more=b""):
    head = b"POST / HTTP/1.1\r\nHost: juku.example.jp\r\n" + more
    return head + b"Content-Length: " + str(length).encode() + b"\r\n\r\n" + body


def stages(data):
    """The stage after each byte."""
    arrival = Arrival()
    found = []
    for number in range(len(data)):
        arrival.take(data[number : number + 1])
        found.append(arrival.stage())
    return found


@pytest.mark.parametrize("data", [GET, post(0), post(5, b"abcde"), post(1, b"a", b"X: y\r\n")])
def test_a_request_is_whole_with_its_last_byte(data):
    assert stages(data) == [Stage.COMING] * (len(data) - 1) + [Stage.WHOLE]


def test_what_follows_in_the_same_bytes_keeps_it_whole():
    assert Arrival(GET + GET).stage() is Stage.WHOLE
    assert Arrival(post(2, b"ab") + b"GET").stage() is Stage.WHOLE


def test_a_body_is_collected_up_to_a_size():
    assert Arrival(post(BODY_MOST)).stage() is Stage.COMING
    assert Arrival(post(BODY_MOST + 1)).stage() is Stage.LARGE


@pytest.mark.parametrize(
    "header",
    [b"Transfer-Encoding: chunked\r\n", b"transfer-encoding:chunked\r\n", b"Expect: 100\r\n"],
)
def test_a_body_that_cannot_be_waited_for_is_large(header):
    assert Arrival(post(3, more=header)).stage() is Stage.LARGE


def test_a_header_is_known_however_it_is_written():
    data = post(3, b"ab").replace(b"Content-Length: ", b"CONTENT-length:\t ")
    assert Arrival(data).stage() is Stage.COMING
    assert Arrival(data + b"c").stage() is Stage.WHOLE


def test_a_length_in_the_body_or_in_another_header_is_none():
    sent = b"POST / HTTP/1.1\r\nX-Content-Length: 50\r\n\r\n\r\nContent-Length: 50\r\n"
    assert Arrival(sent).stage() is Stage.WHOLE
    assert Arrival(post(1, b"a", b"X-Expect: 1\r\n")).stage() is Stage.WHOLE


@pytest.mark.parametrize("length", ["-1", "9" * 30, "0" * 20 + "900000", "5, 5", "5 5", "\x0b5"])
def test_a_length_that_we_cannot_read_is_nobodys_to_wait_for_but_gunicorns(length):
    assert Arrival(post(length)).stage() is Stage.LARGE


def test_a_length_is_at_most_as_long_as_18_digits():
    assert Arrival(post("0" * 17 + "2", b"a")).stage() is Stage.COMING
    assert Arrival(post("0" * 18 + "2", b"a")).stage() is Stage.LARGE


def test_headers_end_at_some_time():
    assert Arrival(b"x" * HEAD_MOST).stage() is Stage.COMING
    assert Arrival(b"x" * HEAD_MOST + b"x").stage() is Stage.ENDLESS
    assert Arrival(GET[:-2] + b"X: " + b"x" * 60_000 + b"\r\n\r\n").stage() is Stage.WHOLE


def test_the_time_runs_from_the_first_byte(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("elearning.serving.arrival.time.monotonic", lambda: now[0])
    arrival = Arrival()
    assert not arrival.begun
    assert arrival.since == 100.0
    now[0] = 150.0
    arrival.take(b"G")
    now[0] = 160.0
    arrival.take(b"E")
    assert arrival.begun
    assert arrival.since == 150.0


def test_a_process_has_room_for_what_all_its_connections_send():
    connections = Config().worker_connections
    assert connections * (HEAD_MOST + BODY_MOST) < capacity.PROCESS_MIB * 1024**2 / 2
