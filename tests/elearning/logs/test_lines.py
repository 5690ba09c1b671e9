"""The shape of a line: which fields, in which order, of whom."""

import json
import logging
import os
import re

import pytest

from elearning.logs import context
from elearning.logs.formatter import JsonFormatter
from elearning.logs.lines import MOST_WORDS, timestamp


def test_a_line_of_ours_is_named_by_a_verb_and_has_its_fields_in_order(log, lines):
    with context.bind(attempt=1, user="0123456789abcdef", request_id="ab" * 16):
        log.info("verify_upload", extra={"upload": 7, "ms": 1.5})

    (text,) = lines.text
    line = json.loads(text)
    assert list(line) == [
        "time",
        "level",
        "event",
        "logger",
        "service",
        "release",
        "pid",
        "request_id",
        "user",
        "attempt",
        "upload",
        "ms",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["level"] == "info"
    assert line["event"] == "verify_upload"
    assert line["logger"] == "elearning.tests"
    assert line["service"] == "command"
    assert line["release"] == "r7"
    assert line["pid"] == os.getpid()
    assert "\n" not in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1795248930.1239, "2026-11-21T08:15:30.123Z"),
        (1795248930.9999, "2026-11-21T08:15:30.999Z"),
        (1795248931.0, "2026-11-21T08:15:31.000Z"),
    ],
)
def test_times_are_utc_with_milliseconds(seconds, text):
    assert timestamp(seconds) == text


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_a_place_is_named_where_somebody_may_have_to_look(log, lines, level):
    getattr(log, level)("look")

    line = lines.only("look")
    assert line["level"] == level
    if level in ("debug", "info"):
        assert "at" not in line
    else:
        assert re.fullmatch(r"tests/elearning/logs/test_lines\.py:\d+", line["at"])


def test_what_is_said_in_words_is_a_message(log, lines):
    log.info("Three lines:\n%s\nand\rmore", "  two")

    line = lines.only("say")
    assert line["message"] == "Three lines:\n  two\nand\rmore"
    assert len(lines.text[0].splitlines()) == 1


def test_words_that_do_not_fit_their_values_are_still_a_line():
    record = logging.LogRecord("elearning.tests", logging.INFO, "x", 1, "%d of %s", ("a",), None)

    line = json.loads(JsonFormatter().format(record))

    assert line["event"] == "say"
    assert "message" not in line


def test_of_a_library_neither_words_nor_extras_are_told(lines):
    theirs = logging.getLogger("somebody.elses")

    theirs.warning("Hello %s", "陽菜", extra={"request": "/?q=陽菜", "user_name": "陽菜"})
    theirs.debug("listen")

    said, also = lines("library_said")
    assert said["logger"] == "somebody.elses"
    assert re.fullmatch(r"tests/elearning/logs/test_lines\.py:\d+", said["at"])
    assert set(said) == {"time", "level", "event", "logger", "at", "service", "release", "pid"}
    assert set(also) == set(said)


def test_a_name_that_only_begins_like_ours_is_not_ours(lines):
    logging.getLogger("configobj").warning("secret")

    assert lines.only("library_said")["logger"] == "configobj"


def test_an_extra_takes_no_field_s_place(log, lines):
    log.info("look", extra={"time": "yesterday", "level": "none", "service": "mine", "event": "x"})

    line = lines.only("look")
    assert line["level"] == "info"
    assert line["service"] == "command"
    assert line["time"] != "yesterday"


def test_blocks_lie_within_each_other_and_notes_go_to_the_innermost(log, lines):
    context.note(lost=True)
    with context.bind(request_id="a"):
        with context.bind(upload=1):
            context.note(route="home")
            log.info("within")
        log.info("around")
    log.info("outside")

    within, around, outside = (lines.only(name) for name in ("within", "around", "outside"))
    assert (within["request_id"], within["upload"], within["route"]) == ("a", 1, "home")
    assert around["request_id"] == "a"
    assert not {"upload", "route"} & set(around)
    assert not {"request_id", "lost"} & set(outside)


def test_who_asks_for_the_fields_cannot_change_them():
    with context.bind(request_id="a"):
        context.current()["request_id"] = "b"
        assert context.current() == {"request_id": "a"}
    assert context.current() == {}


def test_the_process_says_what_it_is(log, lines, monkeypatch):
    monkeypatch.setattr(context, "_service", "command")
    context.set_service("worker")

    log.info("look")

    assert lines.only("look")["service"] == "worker"


def test_neither_the_context_nor_an_extra_says_when_or_how_grave(lines, log):
    forged = {"time": "1970", "level": "debug", "event": "none", "pid": 1, "release": "r0"}

    with context.bind(**forged, request_id="5" * 32):
        log.warning("look", extra={"request_id": "6" * 32, **forged})

    told = lines.only("look")
    assert told["level"] == "warning"
    assert told["release"] == "r7"
    assert told["request_id"] == "5" * 32
    assert told["time"] != "1970"
    assert told["pid"] != 1


def test_words_are_cut_by_their_bytes_and_between_characters(lines, log):
    log.info("終" * 5000 + " said")

    line = lines.only("say")
    assert line["message"] == "終" * (MOST_WORDS // 3)
    assert line["cut"] is True


def test_of_a_list_that_is_too_long_the_end_is_kept(lines, log):
    """The end of a stack is where it happened."""
    log.info("look", extra={"places": [f"{number:0500}" for number in range(100)]})

    places = lines.only("look")["places"]
    assert [int(place) for place in places] == list(range(80, 100))
