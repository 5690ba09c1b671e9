"""How a process is set up by its environment: who writes, from which level, in which form."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_settings

ROOT = Path(__file__).resolve().parents[3]
HANDLERS = """
import json, logging, django
django.setup()
loggers = {"": logging.root} | {
    name: each
    for name, each in logging.root.manager.loggerDict.items()
    if isinstance(each, logging.Logger)
}
said = {name: [type(h).__name__ for h in each.handlers] for name, each in loggers.items()}
print(json.dumps({name: names for name, names in said.items() if names}))
"""
GUNICORN = """
import json, logging
from gunicorn.config import Config
from elearning.logs import context
from elearning.logs.configuration import logging_config
from elearning.logs.gunicorn import GunicornLogger
config = Config()
config.set("logconfig_dict", logging_config(level="WARNING", form="json"))
logger = GunicornLogger(config)
logger.info("Booting worker with pid: %s", 1)
logger.critical("WORKER TIMEOUT (pid:%s)", 2)
print(json.dumps([logger.access_log_enabled, context.service()]))
"""


def run(code: str, **environment: str) -> tuple[list, str]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("debug", ["0", "1"])
def test_one_handler_writes_all_of_it(debug):
    """Not Django's either, which mails whole requests to the administrators."""
    others = {"ALLOWED_HOSTS": "a.example", "SECRET_KEY": "k" * 50, "SECRET_KEY_FILE": ""}

    (handlers,), err = run(HANDLERS, DEBUG=debug, **others)

    assert handlers == {"": ["Stdout"]}
    assert err == ""


def test_gunicorn_s_messages_are_lines_from_the_level_on_and_it_collects_no_headers():
    (line, (collects, service)), err = run(GUNICORN)

    assert (line["event"], line["level"]) == ("kill_silent_process", "critical")
    assert (collects, service) == (False, "web")
    assert err == ""


@pytest.fixture
def environment(monkeypatch):
    for name in ("DEBUG", "LOG_FORMAT", "LOG_LEVEL", "RELEASE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def form_of(config: dict) -> tuple:
    line = config["formatters"]["line"]
    return line["()"].rpartition(".")[2], line["release"], line.get("with_values")


def test_lines_of_json_are_the_rule_and_a_console_is_for_developers(environment):
    assert form_of(logging_settings()) == ("JsonFormatter", "unreleased", None)
    environment.setenv("LOG_FORMAT", "console")
    assert form_of(logging_settings()) == ("ConsoleFormatter", "unreleased", False)
    environment.delenv("LOG_FORMAT")
    environment.setenv("DEBUG", "1")
    environment.setenv("RELEASE", "2026.11.21-1+b2")
    assert form_of(logging_settings()) == ("ConsoleFormatter", "2026.11.21-1+b2", True)
    environment.setenv("LOG_FORMAT", "json")
    assert form_of(logging_settings()) == ("JsonFormatter", "2026.11.21-1+b2", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"), ("RELEASE", "a b"), ("RELEASE", "x" * 65)],
)
def test_what_makes_no_sense_stops_the_start(environment, name, value):
    environment.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"{name} is"):
        logging_settings()


def test_at_debug_those_who_sign_and_repeat_their_calls_say_no_more_than_before(environment):
    environment.setenv("LOG_LEVEL", "DEBUG")
    config = logging_settings()

    assert config["root"]["level"] == "DEBUG"
    assert config["loggers"]["botocore"]["level"] == "INFO"
