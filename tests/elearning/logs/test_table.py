"""deploy/logs/table.sql, elearning/logs/archive/columns.py and what the site writes agree."""

import logging
import re
from pathlib import Path

import pytest

from elearning.logs import context
from elearning.logs.archive.bucket import PREFIX
from elearning.logs.archive.columns import COLUMNS, TOKYO

TABLE = (Path(__file__).resolve().parents[3] / "deploy/logs/table.sql").read_text()
ATHENA = {
    "VARCHAR": "string",
    "INTEGER": "int",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "VARCHAR[]": "array<string>",
    'STRUCT("type" VARCHAR, "code" VARCHAR)': "struct<`type`:string,`code`:string>",
    'STRUCT("type" VARCHAR, "code" VARCHAR, "stack" VARCHAR[])[]': (
        "array<struct<`type`:string,`code`:string,`stack`:array<string>>>"
    ),
}
PAGE = (Path(__file__).resolve().parents[3] / "docs/logs.md").read_text()
# What that page names beside fields.
EVENTS_AND_VALUES = {
    "answer_request",
    "run_task",
    "null",
    "done",
    "failed",
    "given_back",
    "retried",
}


def test_the_table_has_the_columns_of_the_archive_in_their_order():
    listed = re.findall(r"^    `(\w+)` (\S+?),?$", TABLE, re.MULTILINE)
    assert listed == [(name, ATHENA[kind]) for name, kind in COLUMNS.items()]


def test_the_archive_has_every_field_that_is_documented():
    (fields,) = re.findall(r"^## Fields$(.+?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    of_all = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ([^|]+) \|", fields, re.MULTILINE)))
    (of_events,) = re.findall(r"^All else belongs to its event\.(.+)$", fields, re.MULTILINE)
    of_their_events = set(re.findall(r"`(\w+)`", of_events)) - EVENTS_AND_VALUES
    assert set(COLUMNS) == {*of_all, *of_their_events}


def test_lines_as_they_are_written_fit_the_columns(lines, log):
    with context.bind(request_id="0" * 32, trace_id="Root=1", user="1" * 16):
        try:
            try:
                raise OSError(2, "x")
            except OSError as cause:
                raise ValueError from cause
        except ValueError:
            log.exception("Words beside the event")
    logging.getLogger("boto3").warning("said by a library")
    (ours,) = lines("say")
    (other,) = lines("library_said")
    assert set(ours) | set(other) <= set(COLUMNS)
    kinds = {"VARCHAR": str, "INTEGER": int, "DOUBLE": float, "VARCHAR[]": list}
    for name in ours.keys() - {"error", "caused_by", "cut"}:
        assert isinstance(ours[name], kinds[COLUMNS[name]]), name
    assert ours["error"].keys() <= {"type", "code"}
    assert ours["caused_by"][0].keys() == {"type", "code", "stack"}


def test_the_view_tells_the_time_in_tokyo_as_manage_py_logs_does():
    assert f"SELECT *, {TOKYO} AS tokyo\nFROM elearning.archive;" in TABLE


@pytest.mark.parametrize("field", ["LOCATION", "'storage.location.template' ="])
def test_the_table_reads_what_manage_py_logs_reads(field):
    assert f"{field} 's3://LOG_BUCKET/{PREFIX}" in TABLE


def test_partitions_are_computed_for_each_hour_of_each_day():
    properties = dict(re.findall(r"'(projection[\w.]*|storage[\w.]*)' = '([^']*)'", TABLE))
    assert properties["projection.enabled"] == "true"
    assert properties["projection.dt.format"] == "yyyy-MM-dd"
    assert properties["projection.hour.range"] == "0,23"
    assert properties["projection.hour.digits"] == "2"
    assert properties["storage.location.template"].endswith("dt=${dt}/hour=${hour}/")
