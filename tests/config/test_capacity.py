"""Processes and threads by the size of the task."""

import http.server
import json
import threading

import pytest

from config import capacity
from config.capacity import Size


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in ("WEB_CONCURRENCY", "WEB_THREADS", "DEBUG", "ECS_CONTAINER_METADATA_URI_V4"):
        monkeypatch.delenv(name, raising=False)
    asked = capacity.task_size
    asked.cache_clear()
    yield
    asked.cache_clear()


@pytest.mark.parametrize(
    ("vcpus", "memory_mib", "processes", "threads"),
    [
        (0.25, 512, 1, 24),
        (0.5, 1024, 1, 24),
        (1, 512, 1, 24),
        (1, 2048, 2, 12),
        (2, 1024, 3, 12),
        (2, 4096, 3, 12),
        (4, 8192, 5, 12),
        (4, 100, 1, 24),
    ],
)
def test_one_process_a_vcpu_and_one_more_as_memory_allows(
    monkeypatch, vcpus, memory_mib, processes, threads
):
    monkeypatch.setattr(capacity, "task_size", lambda: Size(vcpus, memory_mib))
    assert (capacity.web_processes(), capacity.web_threads()) == (processes, threads)


def test_what_is_said_counts(monkeypatch):
    monkeypatch.setattr(capacity, "task_size", lambda: Size(4, 8192))
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    monkeypatch.setenv("WEB_THREADS", "7")
    assert (capacity.web_processes(), capacity.web_threads()) == (2, 7)


def test_a_developer_has_one_process(monkeypatch):
    monkeypatch.setattr(capacity, "task_size", lambda: Size(8, 32768))
    monkeypatch.setenv("DEBUG", "1")
    assert (capacity.web_processes(), capacity.web_threads()) == (1, 24)


@pytest.fixture
def ecs(monkeypatch):
    """`ecs(answer)`: what ECS says of the task, as JSON or as it is."""
    said = []

    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/v4/abc/task" else 404)
            self.end_headers()
            self.wfile.write(said[-1])

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v4/abc"
    monkeypatch.setenv("ECS_CONTAINER_METADATA_URI_V4", address)
    yield lambda answer: said.append(
        answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    )
    server.shutdown()
    server.server_close()


def test_the_size_is_what_ecs_gave_the_task(ecs):
    ecs({"Cluster": "juku", "Limits": {"CPU": 0.5, "Memory": 1024}})
    assert capacity.task_size() == Size(0.5, 1024)


@pytest.mark.parametrize("answer", [{"Cluster": "juku"}, {"Limits": {"CPU": 1}}, b"", b"<html>"])
def test_without_limits_of_the_task_those_of_the_container_count(
    ecs, monkeypatch, tmp_path, answer
):
    ecs(answer)
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text(f"{300 * 1024**2}\n")
    monkeypatch.setattr(capacity, "_CGROUP", tmp_path)
    assert capacity.task_size() == Size(0.5, 300)


def test_without_any_limit_the_machine_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(capacity, "_CGROUP", tmp_path / "none")
    free = capacity.task_size()
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    monkeypatch.setattr(capacity, "_CGROUP", tmp_path)
    capacity.task_size.cache_clear()
    assert capacity.task_size() == free
    assert free.vcpus >= 1
    assert free.memory_mib > 100
