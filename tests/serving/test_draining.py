"""SIGTERM: first the load balancer is told, then what was begun is ended."""

import json
import time

import pytest

from tests.serving.asking import Asked, ask, received, slowly_sending


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)


def terminate(web):
    web.tell_to_stop()
    return time.monotonic()


def test_readyz_says_no_within_a_second_while_a_request_of_20_seconds_is_completed(serve):
    web = serve(DRAIN_SECONDS="3", WEB_CONCURRENCY="2")
    assert ask(web.port, "/readyz").status == 200
    long = Asked(web.port, "/slow/?seconds=20")
    time.sleep(0.5)
    told = terminate(web)
    until(lambda: ask(web.port, "/readyz").status == 503)
    assert time.monotonic() - told < 1.0
    assert ask(web.port, "/livez").status == 200
    answer = long.result()
    assert answer is not None
    assert answer.status == 200
    assert web.ended(10) == 0


def test_who_comes_while_it_drains_is_served_and_keeps_no_connection(serve):
    web = serve(DRAIN_SECONDS="4")
    assert ask(web.port, "/slow/").connection == "keep-alive"
    terminate(web)
    until(lambda: ask(web.port, "/readyz").status == 503)
    for _ in range(5):
        answer = ask(web.port, "/slow/")
        assert (answer.status, answer.connection) == (200, "close")


def test_every_process_of_a_site_drains(serve):
    web = serve(DRAIN_SECONDS="5", WEB_CONCURRENCY="3")
    terminate(web)
    until(lambda: ask(web.port, "/readyz").status == 503)
    asked = [ask(web.port, "/readyz").status for _ in range(40)]
    assert set(asked) == {503}


def test_the_log_says_once_that_it_drains_and_nothing_of_who_asks(serve):
    web = serve(DRAIN_SECONDS="120", LOG_LEVEL="INFO", LOG_FORMAT="json")
    terminate(web)
    until(lambda: "drain_server" in web.log.read_text())
    assert {ask(web.port, "/readyz").status for _ in range(5)} == {503}
    last = json.loads(web.log.read_text().splitlines()[-1])
    assert (last["event"], last["seconds"]) == ("drain_server", 120)
    terminate(web)
    assert web.ended(20) == 0


def test_a_second_sigterm_does_not_wait_for_the_load_balancer(serve):
    web = serve(DRAIN_SECONDS="120")
    terminate(web)
    until(lambda: ask(web.port, "/readyz").status == 503)
    terminate(web)
    assert web.ended(20) == 0


def test_a_load_balancer_that_hears_it_from_readyz_alone_loses_no_request(serve, behind):
    old = serve("old", DRAIN_SECONDS="3")
    new = serve("new")
    proxy = behind(old, new)
    terminate(old)
    statuses = []
    while old.running:
        statuses.append(ask(proxy.port, "/slow/?seconds=0.05").status)
    assert set(statuses) == {200}
    assert len(statuses) > 20
    assert proxy.states() == {"old": "DOWN", "new": "UP"}


@pytest.mark.parametrize("seconds", ["0", "2"])
def test_half_a_request_that_has_arrived_is_waited_for(serve, seconds):
    web = serve(DRAIN_SECONDS=seconds)
    line = slowly_sending(
        web.port, b"POST /slow/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nab"
    )
    time.sleep(0.3)
    terminate(web)
    time.sleep(float(seconds) + 0.5)
    line.sendall(b"cd")
    answer = received(line)
    assert b" 200 OK" in answer
    assert answer.endswith(b" 4")
    assert web.ended(20) == 0
