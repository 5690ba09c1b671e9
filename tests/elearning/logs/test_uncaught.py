"""What nobody caught is one JSON line in a real process, and stderr stays empty."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CANARY = "kanariya-陽菜"

BEGIN = """
import logging.config, sys, threading, warnings
from elearning.logs import context, uncaught
from elearning.logs.configuration import logging_config
config = logging_config(level="DEBUG", form={form!r}, release="r7", with_values={values})
logging.config.dictConfig(config)
context.set_service("worker")
uncaught.listen()
secret = "kanariya-陽菜"
"""
CRASH = "raise ValueError(secret)"
THREAD = """
def work(answer): raise ValueError(answer)
thread = threading.Thread(target=work, args=(secret,), name="monitor")
thread.start(); thread.join()
"""
FORGOTTEN = """
class Forgotten:
    def __del__(self): raise ValueError(secret)
Forgotten()
"""
WARNING = "warnings.warn(f'naive datetime {secret}', RuntimeWarning)"
LEAVE = """
def work(): sys.exit(secret)
thread = threading.Thread(target=work)
thread.start(); thread.join()
"""


def run(what: str, *, form: str = "json", values: bool = False) -> tuple[str, str, int]:
    begin = BEGIN.format(form=form, values=values) if form else BEGIN.split("config = ")[0]
    done = subprocess.run(
        [sys.executable, "-c", begin + what],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout, done.stderr, done.returncode


@pytest.mark.parametrize(
    ("what", "event", "level", "status"),
    [
        (CRASH, "crash", "critical", 1),
        (THREAD, "crash_thread", "error", 0),
        (FORGOTTEN, "lose_exception", "error", 0),
        (WARNING, "warn", "warning", 0),
    ],
)
def test_it_is_one_line_without_its_words(what, event, level, status):
    out, err, ended = run(what)

    (text,) = out.splitlines()
    line = json.loads(text)
    assert (line["event"], line["level"], line["service"]) == (event, level, "worker")
    assert ended == status
    assert err == ""
    assert "kanariya" not in text
    if event == "warn":
        assert line["category"] == "RuntimeWarning"
        assert line["at"].startswith("<string>:")
    else:
        assert line["error"] == {"type": "ValueError"}
        assert line["stack"][-1].startswith("<string>:")


def test_a_thread_is_named():
    assert json.loads(run(THREAD)[0])["thread_name"] == "monitor"


def test_a_thread_that_leaves_is_no_trouble():
    assert run(LEAVE) == ("", "", 0)


def test_a_developer_sees_all_of_it():
    out, err, _ = run(CRASH, form="console", values=True)
    assert "crash" in out.splitlines()[0]
    assert "Traceback (most recent call last)" in out
    assert f"ValueError: {CANARY}" in out
    assert err == ""

    out, _, _ = run(WARNING, form="console", values=True)
    assert f"naive datetime {CANARY}" in out


def test_a_console_elsewhere_holds_as_little_as_the_archive():
    out, err, _ = run(CRASH, form="console")

    assert "ValueError" in out
    assert "kanariya" not in out + err


def test_a_failure_before_logs_are_set_up_is_shown_by_python():
    command = """
import sys
from elearning.logs import uncaught
uncaught.listen()
raise ValueError("no settings")
"""
    out, err, ended = run(command, form="")

    assert "ValueError: no settings" in err
    assert (out, ended) == ("", 1)


def test_a_command_that_breaks_says_so_in_a_line():
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "raise ValueError('kanariya')",
    ]
    environment = {**os.environ, "DEBUG": "1", "LOG_FORMAT": "json", "RELEASE": "r7"}

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    line = json.loads(done.stdout.splitlines()[-1])
    assert (line["event"], line["service"], line["release"]) == ("crash", "command", "r7")
    assert "kanariya" not in done.stdout + done.stderr
    assert done.stderr == ""
    assert done.returncode == 1
