"""What gunicorn, Django and the queue say: known sentences as events, and nothing of a request."""

import inspect
import logging

import pytest
from django_tasks import signals
from django_tasks_db.management.commands import db_worker
from gunicorn import arbiter, sock
from gunicorn.workers import base, gthread

from elearning.logs import libraries

CANARY = "kanariya"


def say(name: str, level: int, sentence: str, *values) -> None:
    logging.getLogger(name).log(level, sentence, *values)


@pytest.mark.parametrize(
    ("sentence", "values", "event", "message"),
    [
        ("Booting worker with pid: %s", (12,), "boot_process", "Booting worker with pid: 12"),
        ("WORKER TIMEOUT (pid:%s)", (12,), "kill_silent_process", "WORKER TIMEOUT (pid:12)"),
        ("Handling signal: %s", ("term",), "handle_signal", "Handling signal: term"),
    ],
)
def test_gunicorn_s_own_news_are_passed_on(lines, sentence, values, event, message):
    say("gunicorn.error", logging.INFO, sentence, *values)

    assert lines.only(event)["message"] == message


@pytest.mark.parametrize(
    ("sentence", "values", "event"),
    [
        ("Error handling request %s %s", ("GET", f"/{CANARY}?{CANARY}"), "fail_request"),
        ("Error handling request %s", (f"/{CANARY}",), "fail_request"),
        (f"Invalid request from ip={CANARY}: '{CANARY}'", (), "refuse_request"),
        ("Ignored premature client disconnection. %s", (CANARY,), "library_said"),
        ("%s", (CANARY,), "library_said"),
        (CANARY, (), "library_said"),
    ],
)
def test_of_requests_gunicorn_tells_that_they_failed_and_no_more(lines, sentence, values, event):
    say("gunicorn.error", logging.WARNING, sentence, *values)

    assert "message" not in lines.only(event)
    assert CANARY not in lines.text[0]


def test_the_queue_s_news_are_passed_on(lines):
    say("django_tasks_db", logging.INFO, "Starting worker worker_id=%s queues=%s", "w1", "default")

    assert lines.only("start_worker")["message"] == "Starting worker worker_id=w1 queues=default"


@pytest.mark.parametrize(
    "name",
    [
        "django.security.DisallowedHost",
        "django.security.csrf",
        "django.server",
        "django.template",
        "django.db.backends",
        "django.contrib.auth",
        "allauth.account",
        "botocore.auth",
        "pypdf",
        "PIL.Image",
        "py.warnings",
    ],
)
def test_no_other_library_s_words_are(lines, name):
    logger = logging.getLogger(name)
    logger.error("%s", CANARY, extra={"request": CANARY, "sql": CANARY, "params": [CANARY]})

    assert lines.only("library_said")["logger"] == name
    assert CANARY not in lines.text[0]


def test_a_sentence_that_is_no_text_is_not_told(lines):
    logging.getLogger("gunicorn.error").error(ValueError(CANARY))

    assert CANARY not in "".join(lines.text)
    assert lines.only("library_said")


@pytest.mark.parametrize(
    ("known", "modules"),
    [
        (libraries._GUNICORN, (arbiter, base, gthread, sock)),
        (libraries._DJANGO_TASKS, (signals, db_worker)),
    ],
)
def test_every_sentence_is_still_said_there(known, modules):
    """Else the table tells of a release that nobody runs."""
    source = "".join(inspect.getsource(module) for module in modules)
    gone = [sentence for sentence in known if sentence.removesuffix(MORE) not in source]

    assert gone == []


MORE = " Perhaps out of memory?"


def test_a_sentence_is_gunicorn_s_only_if_gunicorn_says_it(lines):
    say("somebody.elses", logging.ERROR, "Error handling request %s", CANARY)

    assert lines("fail_request") == []
    assert "message" not in lines.only("library_said")
