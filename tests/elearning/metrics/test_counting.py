"""Counting from many threads, and after a fork."""

import os
import sys
import threading

import pytest

from elearning.metrics.counting import counting

THREADS = 100
EACH = 200


@pytest.fixture
def restless():
    """Threads take turns a thousand times as often as usual, or no race would ever be seen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_a_hundred_threads_lose_no_request(restless):
    """Also while the figures are taken away, and told at once, in between."""
    told = []
    go = threading.Barrier(THREADS)

    def tell() -> None:
        requests, tasks = counting.take_requests(), counting.take_tasks()
        told.append((requests.count, requests.errors, tasks["SUCCESSFUL"]))

    def work(number: int) -> None:
        go.wait()
        for i in range(EACH):
            counting.request(f"route-{number % 7}", 500 if i % 10 == 0 else 200, float(i))
            counting.task("SUCCESSFUL")
            if i % 20 == 0:
                tell()

    threads = [threading.Thread(target=work, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell()

    requests, errors, tasks = map(sum, zip(*told, strict=True))
    assert requests == tasks == THREADS * EACH
    assert errors == THREADS * EACH // 10


def test_what_was_taken_is_not_there_again():
    counting.request("home", 200, 1.0)
    counting.task("FAILED")

    assert counting.take_requests().latencies == {"home": [1.0]}
    assert counting.take_tasks() == {"FAILED": 1}
    assert counting.take_requests().latencies == {}
    assert counting.take_tasks() == {}


def test_only_what_the_server_failed_at_is_an_error():
    for status in (200, 302, 404, 499, 500, 503):
        counting.request("home", status, 1.0)

    assert counting.take_requests().errors == 2


def test_a_forked_process_has_counted_nothing():
    counting.request("home", 200, 1.0)

    child = os.fork()
    if child == 0:
        os._exit(counting.take_requests().count)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert counting.take_requests().count == 1


def test_a_fork_in_the_middle_of_counting_leaves_no_lock_behind():
    with counting._lock:
        child = os.fork()
        if child == 0:
            counting.request("home", 200, 1.0)
            os._exit(counting.take_requests().count)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
