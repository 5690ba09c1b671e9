"""How many connections there can be at most, and whether the servers take them."""

import dataclasses
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config import capacity
from elearning.db import connection_budget as sheet
from elearning.db.connection_budget import RESERVE, Need, Plan
from elearning.db.management.commands import connections as command

ONE = Plan(processes=2, threads=4)
PAIR = Plan(processes=2, threads=4, reader=True)


def test_one_connection_a_thread_without_a_reader():
    assert sheet.web(ONE) == Need(8, 0)
    assert sheet.worker(ONE) == Need(3, 0)
    assert sheet.needed(ONE) == Need(8 + 2 + 3 + RESERVE.writer, 0)


@pytest.mark.parametrize("plan", [ONE, PAIR])
def test_healthz_has_one_of_each_process_to_the_writer_alone(plan):
    assert sheet.health(plan) == Need(2, 0)
    assert sheet.health(dataclasses.replace(plan, web_tasks=3, deploying=True)) == Need(12, 0)


def test_the_monitor_has_one_more_to_each():
    assert sheet.web(PAIR) == Need(10, 10)
    assert sheet.serving(PAIR) == Need(10 + 2 + 3, 10)
    assert sheet.needed(PAIR) == Need(15 + RESERVE.writer, 10 + RESERVE.reader)


def test_tasks_multiply_and_a_deployment_doubles_them_but_not_the_reserve():
    plan = Plan(web_tasks=3, worker_tasks=2, processes=2, threads=4, reader=True, deploying=True)
    assert sheet.web(plan) == Need(60, 60)
    assert sheet.worker(plan) == Need(12, 0)
    assert sheet.reserve(plan) == RESERVE


def test_the_sheet_counts_with_what_gunicorn_is_configured_with():
    assert sheet.configured().processes == capacity.web_processes()
    assert sheet.configured().threads == capacity.web_threads()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from config import gunicorn, settings\n"
            "print(gunicorn.workers, settings.WEB_PROCESSES)\n"
            "print(gunicorn.threads, settings.WEB_THREADS)",
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DEBUG": "1", "WEB_CONCURRENCY": "3", "WEB_THREADS": "7"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["3", "3", "7", "7"], done.stderr


def test_loading_the_site_opens_no_connection():
    """gunicorn's main thread does it in each process, and would keep a connection for good."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from django.db.backends.signals import connection_created as made\n"
            "opened = []\n"
            "made.connect(lambda **found: opened.append(found), weak=False)\n"
            "import config.wsgi\n"
            "from django.urls import get_resolver\n"
            "get_resolver().url_patterns\n"
            "print(len(opened))\n",
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "0", done.stderr


@pytest.fixture
def pair(monkeypatch):
    """The command in a process with a reader; `pair["limits"]` is what the servers say."""
    limits = {"default": None, "reader": None}
    monkeypatch.setattr(command, "configured", lambda: PAIR)
    monkeypatch.setattr(command, "limit_of", limits.__getitem__)
    return limits


def run(capsys, *arguments: str) -> str:
    call_command("connections", "--processes=2", "--threads=4", *arguments)
    return capsys.readouterr().out


def test_it_fits(pair, capsys):
    said = run(capsys, "--max-connections=100")
    assert "The writer: 20 of 100, 80 to spare." in said
    assert "The reader: 11 of 100, 89 to spare." in said
    assert "after a failover: 31 of 100, 69 to spare." in said
    assert "It fits." in said


@pytest.mark.parametrize(("allowed", "fits"), [(31, True), (30, False)])
def test_both_must_fit_on_the_server_that_is_left(pair, capsys, allowed, fits):
    if fits:
        assert "It fits." in run(capsys, f"--max-connections={allowed}")
    else:
        with pytest.raises(CommandError, match="does not fit") as refused:
            run(capsys, f"--max-connections={allowed}")
        assert refused.value.returncode == 1
        assert "31 of 30, 1 TOO MANY." in capsys.readouterr().out


def test_the_servers_are_asked(pair, capsys):
    pair.update(default=200, reader=90)
    said = run(capsys)
    assert "The writer: 20 of 200" in said
    assert "The reader: 11 of 90" in said
    assert "31 of 90" in said


def test_what_is_not_known_is_said(pair, capsys):
    pair.update(default=200)
    said = run(capsys)
    assert "What the reader allows is unknown" in said
    assert "It fits, as far as is known." in said

    pair.update(default=None)
    assert "fits" not in run(capsys)


def test_a_deployment_is_named(pair, capsys):
    said = run(capsys, "--web-tasks=3", "--deploying", "--max-connections=1000")
    assert (
        "web: 6 tasks (2 × 3: a deployment rolls) × 2 processes × (4 threads + 1 monitor)" in said
    )
    assert "The writer: 83 of 1000" in said


def test_without_a_reader_there_is_no_figure_for_it(monkeypatch, capsys):
    monkeypatch.setattr(command, "configured", lambda: ONE)
    said = run(capsys, "--max-connections=18")
    assert "web: 1 task × 2 processes × 4 threads" in said
    assert "The writer: 18 of 18, 0 to spare." in said
    assert "The reader" not in said
    assert "failover" not in said


@pytest.mark.parametrize("argument", ["--threads=0", "--web-tasks=-1", "--processes=x"])
def test_a_number_that_makes_no_sense_is_refused(argument):
    with pytest.raises(CommandError, match="whole number"):
        call_command("connections", argument)


def test_sqlite_has_no_limit_and_is_not_asked():
    assert sheet.limit_of("default") is None
