"""Whatever is in it, a line is one JSON object, and not too long."""

import datetime
import decimal
import enum
import json
import math
import uuid
from pathlib import Path

import pytest

from accounts.models import User
from elearning.logs.formatter import MOST


class Colour(enum.Enum):
    RED = object()


class Mood(enum.StrEnum):
    GOOD = "good"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (decimal.Decimal("1.50"), "1.50"),
        (datetime.datetime(2026, 11, 21, 8, tzinfo=datetime.UTC), "2026-11-21T08:00:00+00:00"),
        (datetime.date(2026, 11, 21), "2026-11-21"),
        (datetime.timedelta(minutes=2), 120.0),
        (Colour.RED, "RED"),
        (Mood.GOOD, "good"),
        ((1, "two"), [1, "two"]),
        ({"a": {"b": None}}, {"a": {"b": None}}),
        (math.nan, None),
        (math.inf, None),
        ([1.5, -math.inf], [1.5, None]),
        (2**80 + 1, 2**80 + 1),
        ({2: "x"}, {"2": "x"}),
        ({(1, 2): "x"}, {"tuple": "x"}),
        (b"\xff\x00", "bytes"),
        ({"x"}, "set"),
        (Path("/home/haruna/答案.pdf"), "PosixPath"),
        (ValueError("陽菜"), "ValueError"),
        (object(), "object"),
        (User(username="haruna", family_name="佐藤"), "User"),
        ([User(username="haruna")], ["User"]),
        ("half \ud800 a pair", "half ? a pair"),
        ("終 \u2028 😀 \x00", "終 \u2028 😀 \x00"),
    ],
)
def test_odd_values_are_told_or_named_by_their_type(log, lines, value, told):
    log.info("look", extra={"value": value})

    (text,) = lines.text
    assert json.loads(text, parse_constant=pytest.fail)["value"] == told
    assert len(text.splitlines()) == 1
    assert text.isascii()


def test_what_holds_itself_ends_somewhere(log, lines):
    loop: dict = {"name": "loop"}
    loop["again"] = [loop]
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    log.info("look", extra={"loop": loop, "deep": deep})

    line = lines.only("look")
    assert line["loop"]["name"] == "loop"
    assert "list" in json.dumps(line["deep"])


def test_a_message_of_a_megabyte_is_cut(log, lines):
    log.warning("あ %s", "い" * 1_000_000)

    (text,) = lines.text
    line = json.loads(text)
    assert line["cut"] is True
    assert line["message"].startswith("あ いいい")
    assert len(line["message"].encode()) <= 4096
    assert len(text) <= MOST


@pytest.mark.parametrize(
    "extra",
    [
        {"words": "x" * 1_000_000},
        {"words": "終" * 200_000},
        {"words": ["x" * 5000] * 5000},
        {"words": {f"key {number}": "x" * 50 for number in range(100_000)}},
        {f"key_{number}": "x" * 1000 for number in range(500)},
        {"words": [[["x" * 100] * 100] * 100] * 3},
    ],
)
def test_a_line_is_never_longer_than_16_kib(log, lines, extra):
    log.info("look", extra=extra)

    (text,) = lines.text
    line = json.loads(text)
    assert line["cut"] is True
    assert line["event"] == "look"
    assert line["level"] == "info"
    assert len(text) <= MOST


def test_a_line_that_fits_is_not_cut(log, lines):
    log.info("look", extra={"words": "x" * (MOST - 500)})

    line = lines.only("look")
    assert "cut" not in line
    assert len(line["words"]) == MOST - 500


def test_figures_for_cloudwatch_are_passed_on_whole(log, lines):
    told = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": []}, "latency_ms": [0.5] * 10_000}

    log.info("measure", extra=told)

    line = lines.only("measure")
    assert line["_aws"] == told["_aws"]
    assert len(line["latency_ms"]) == 10_000
    assert "cut" not in line
