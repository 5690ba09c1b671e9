"""`make run`: what it says before it starts, and that nothing is left behind."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import run_local
from config.processes import Together

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_outside_debug_it_refuses(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="set DEBUG=1"):
        call_command("run_local")


def test_a_port_in_use_is_said_with_a_way_on(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=f"Port {port} is in use.*make run PORT="):
            run_local.chosen_port()
    assert run_local.chosen_port() == port


@pytest.mark.parametrize("port", ["0", "eighty", "-1", "65536"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="PORT is"):
        run_local.chosen_port()


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def test_it_knows_when_the_site_answers():
    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert run_local.answers(port)
        server.shutdown()
    assert not run_local.answers(port)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_when_one_ends_the_other_is_ended_and_the_status_is_told():
    together = Together()
    together.start("worker", SLEEP, cwd=ROOT)
    together.start("site", [sys.executable, "-c", "raise SystemExit(3)"], cwd=ROOT)
    assert together.wait() == ("site", 3)
    together.stop()
    assert all(gone(child.pid) for child in together.children.values())


def test_who_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr("config.processes.GRACE_SECONDS", 0.3)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(60)"
    )
    together = Together()
    together.start("worker", [sys.executable, "-c", stubborn], cwd=ROOT)
    time.sleep(0.5)
    together.stop()
    assert together.children["worker"].returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_of_it(number, tmp_path):
    script = (
        "import sys; from pathlib import Path; from config.processes import Together\n"
        "t = Together(); t.listen()\n"
        f"t.start('worker', {SLEEP!r}, cwd=Path('.'))\n"
        "print(t.children['worker'].pid, flush=True)\n"
        "assert t.wait() is None; t.stop(); print('stopped', flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    parent.send_signal(number)
    out, _ = parent.communicate(timeout=10)
    assert out.strip() == "stopped"
    assert parent.returncode == 0
    assert gone(child)


def test_every_queue_has_one_worker_and_films_have_their_own(monkeypatch):
    started = []
    monkeypatch.setattr(Together, "listen", lambda self: None)
    monkeypatch.setattr(
        Together, "start", lambda self, name, command, **extra: started.append(command)
    )
    monkeypatch.setattr(Together, "wait", lambda self, until=None: ("site", 0))
    run_local.Command().run_until_stopped(8000)

    _site, rest, films = (command[2:] for command in started)
    assert rest[-4:] == ["--queue-name", "*", "--exclude-queues", "media"]
    assert films[-2:] == ["--queue-name", "media"]
