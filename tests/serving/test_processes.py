"""gunicorn's processes: what they share, and what one takes with it when it dies."""

import contextlib
import os
import resource
import signal
import time
from pathlib import Path

from tests.serving.asking import Asked, ask
from tests.serving.test_draining import until


def links(pid):
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        # It may be closed while we look.
        with contextlib.suppress(FileNotFoundError):
            found.append(str(entry.readlink()))
    return found


def sockets(pid):
    return open_files(pid, "socket:")


def open_files(pid, name):
    return [link for link in links(pid) if name in link]


def test_the_master_has_loaded_the_site_without_a_thread_or_a_connection(serve):
    web = serve(WEB_CONCURRENCY="2")
    assert len(list(Path(f"/proc/{web.master}/task").iterdir())) == 1
    assert len(sockets(web.master)) == 1  # the port
    assert open_files(web.master, "sqlite3") == []
    assert web.memory > 0


def test_signs_of_life_are_in_memory_and_nothing_else_listens(serve):
    web = serve()
    assert open_files(web.workers[0], "/dev/shm/")  # noqa: S108 - looked at, not used
    assert open_files(web.master, "gunicorn.ctl") == []


def test_a_process_may_open_more_files_than_it_may_have_connections(serve):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        web = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed, _ = resource.prlimit(web.workers[0], resource.RLIMIT_NOFILE)
    assert allowed == min(4096, hard)


def test_a_process_killed_takes_only_what_it_had_in_hand(serve, behind):
    web = serve(WEB_CONCURRENCY="3", WEB_THREADS="8")
    proxy = behind(web)
    until(lambda: len(web.workers) == 3 and all(len(sockets(pid)) >= 1 for pid in web.workers))
    idle = {pid: len(sockets(pid)) for pid in web.workers}
    long = [Asked(proxy.port, "/told-first/?seconds=4") for _ in range(24)]
    until(lambda: sum(len(sockets(pid)) - idle[pid] for pid in web.workers) >= len(long))
    victim = web.workers[0]
    in_hand = len(sockets(victim)) - idle[victim]
    os.kill(victim, signal.SIGKILL)
    assert {ask(proxy.port, "/slow/").status for _ in range(60)} == {200}
    answers = [asked.result() for asked in long]
    whole = [a.text.split() for a in answers if a is not None and a.status == 200]
    assert all(words[1:] == ["end"] for words in whole)
    assert str(victim) not in {words[0] for words in whole}
    # It had some, and those of the others are all there.
    assert 0 < in_hand < len(long)
    assert len(whole) == len(long) - in_hand
    until(lambda: len(web.workers) == 3)
    assert victim not in web.workers
    assert {ask(proxy.port, "/slow/").status for _ in range(30)} == {200}


def test_a_process_that_is_renewed_drops_nothing(serve, behind):
    web = serve(WEB_CONCURRENCY="2")
    proxy = behind(web)
    first = set(web.workers)
    os.kill(web.workers[0], signal.SIGTERM)
    answers = []
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        answers.append(ask(proxy.port, "/slow/?seconds=0.02").status)
    assert set(answers) == {200}
    until(lambda: len(web.workers) == 2 and set(web.workers) != first)
