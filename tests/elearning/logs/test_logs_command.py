"""`manage.py logs`: from where lines are read, what is asked, and how the answer is written."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from elearning.logs.archive.questions import questions
from elearning.logs.archive.span import HOUR
from elearning.logs.people import hashed
from tests.log_lines import HARUNA, REN, REQUEST, answered, failed, ran, write
from tests.servers.moto import Moto


def logs(*arguments):
    """What is said on stdout and on stderr."""
    out, beside = io.StringIO(), io.StringIO()
    call_command("logs", *map(str, arguments), stdout=out, stderr=beside)
    return out.getvalue(), beside.getvalue()


def answer(*arguments):
    """The rows of the answer, each a dict."""
    out, _ = logs(*arguments, "--format", "json")
    return [json.loads(line) for line in out.splitlines()]


def routes(*arguments):
    return {row["route"] for row in answer("slowest-routes", *arguments)}


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


# --- Where lines come from


def test_without_a_question_all_are_listed():
    out, _ = logs()
    assert [line.split()[0] for line in out.splitlines()] == list(questions())
    assert "Slowest routes / 応答の遅いページ" in out


def test_files_are_read_whatever_their_ending_and_gzip_by_what_they_are(tmp_path):
    write(tmp_path / "a.jsonl", answered("plain"))
    write(tmp_path / "b.gz", answered("gzip"))
    (tmp_path / "b.gz").rename(tmp_path / "b.log")
    write(tmp_path / "c.txt", answered("named"))
    assert routes("--files", *tmp_path.iterdir()) == {"plain", "gzip", "named"}


def test_a_folder_is_read_however_deep_but_only_files_of_lines(tmp_path):
    write(tmp_path / "dt=2026-11-20/hour=08/x.gz", answered("deep"))
    write(tmp_path / "top.json", answered("top"))
    write(tmp_path / "notes.txt", answered("other"))
    assert routes("--files", tmp_path) == {"deep", "top"}


def test_no_name_of_a_file_is_part_of_a_query(tmp_path):
    for number, name in enumerate(["it's.jsonl", "[1]*?.jsonl", "'); DROP VIEW lines; --.jsonl"]):
        write(tmp_path / name, answered(f"r{number}"))
    assert routes("--files", tmp_path) == {"r0", "r1", "r2"}


@pytest.mark.parametrize("ending", [".jsonl", ".gz"])
def test_stdin_is_read_gzip_or_not(tmp_path, monkeypatch, ending):
    data = write(tmp_path / f"a{ending}", answered("piped")).read_bytes()
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    assert routes("--files", "-") == {"piped"}


def test_foreign_lines_are_counted_and_passed_over(tmp_path):
    file = write(
        tmp_path / "mixed.log",
        "Traceback (most recent call last):",
        answered("home"),
        "17",
        '["a list"]',
        '{"cut off": ',
        '{"somebody": "else"}',
        "",
        answered("last"),
    )
    file.write_bytes(b"\xff\xfe\x00 no text\n" + file.read_bytes())
    out, beside = logs("slowest-routes", "--files", file)
    assert "home" in out
    assert "last" in out
    assert "6 of 8 lines are none of ours" in beside


def test_a_field_of_an_odd_type_costs_that_field_alone(tmp_path):
    file = write(tmp_path / "a.jsonl", answered("home", status="many", error="odd", stack=3))
    (row,) = answer("one-user", "--hashed", HARUNA, "--files", file)
    assert (row["route"], row["status"], row["error"]) == ("home", None, None)


def test_a_broken_file_is_named(tmp_path):
    whole = write(tmp_path / "a.gz", *(answered(f"r{n}") for n in range(500))).read_bytes()
    (tmp_path / "a.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match=r"cannot be read: .*/a\.gz"):
        logs("slowest-routes", "--files", tmp_path / "a.gz")


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(CommandError, match=r"no file .*/none"):
        logs("slowest-routes", "--files", tmp_path / "none")
    with pytest.raises(CommandError, match="no files of lines"):
        logs("slowest-routes", "--files", tmp_path)
    with pytest.raises(CommandError, match="--files PATH…, or --bucket NAME"):
        logs("slowest-routes")


def test_the_temporary_folder_is_gone_afterwards(tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    file = write(tmp_path / "a.jsonl", answered())
    logs("slowest-routes", "--files", file)
    broken = tmp_path / "b.gz"
    broken.write_bytes(b"\x1f\x8bno gzip")
    with pytest.raises(CommandError):
        logs("slowest-routes", "--files", broken)
    assert list((tmp_path / "tmp").iterdir()) == []


# --- What is asked


def test_times_are_tokyos(tmp_path):
    file = write(
        tmp_path / "a.jsonl",
        answered("before", time="2026-11-20T07:59:59.999Z"),
        answered("first", time="2026-11-20T08:00:00.000Z"),
        answered("middle", time="2026-11-20T08:29:59.998Z"),
        answered("last", time="2026-11-20T08:29:59.999Z"),
        answered("after", time="2026-11-20T08:30:00.000Z"),
    )
    span = ("--from", "2026-11-20T17:00", "--to", "2026-11-20T17:30")
    assert routes("--files", file, *span) == {"first", "middle", "last"}
    assert routes("--files", file, "--from", "2026-11-20T08:29:59.999Z") == {"last", "after"}
    assert routes("--files", file, "--from", "2026-11-20T08:30Z") == {"after"}
    assert routes("--files", file, "--to", "2026-11-20") == set()


def test_somebody_is_found_by_the_name_he_signs_in_with(tmp_path, cast):
    theirs = answered("hers", user=hashed(cast.haruna.pk))
    file = write(tmp_path / "a.jsonl", theirs, answered("his", user=hashed(cast.ren.pk)))
    rows = answer("one-user", "--user", cast.haruna.username, "--files", file)
    assert [row["route"] for row in rows] == ["hers"]
    with pytest.raises(CommandError, match="Nobody signs in as nobody"):
        logs("one-user", "--user", "nobody", "--files", file)


def test_a_request_is_found_by_its_id(tmp_path):
    file = write(tmp_path / "a.jsonl", answered(), failed(), ran(request_id="f" * 32))
    rows = answer("one-request", "--request", REQUEST, "--files", file)
    assert {row["event"] for row in rows} == {"answer_request", "fail_request"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("one-user",),
        ("one-user", "--hashed", "x' OR '1'='1"),
        ("one-user", "--hashed", HARUNA.upper()),
        ("one-user", "--hashed", HARUNA, "--request", REQUEST),
        ("one-request", "--request", "1"),
        ("slowest-routes", "--hashed", REN),
        ("slowest-routes", "--from", "2026-11-20T18:00", "--to", "2026-11-20T17:00"),
        ("slowest-routes", "--from", "yesterday"),
        ("../../etc/passwd",),
    ],
)
def test_what_is_not_asked_rightly_is_refused(tmp_path, arguments):
    file = write(tmp_path / "a.jsonl", answered())
    with pytest.raises(CommandError):
        logs(*arguments, "--files", file)


def test_without_duckdb_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(CommandError, match=r"DuckDB.*pip install"):
        logs("slowest-routes", "--files", write(tmp_path / "a.jsonl", answered()))


# --- How it is written


def test_a_table_is_aligned_and_has_numbers_to_the_right(tmp_path):
    file = write(tmp_path / "a.jsonl", answered("home", ms=5.0), answered("quiz:一覧", ms=1234.5))
    out, _ = logs("slowest-routes", "--files", file)
    assert out.splitlines() == [
        "route      requests  p50_ms  p95_ms  p99_ms  max_ms",
        "---------  --------  ------  ------  ------  ------",
        "quiz:一覧         1  1234.5  1234.5  1234.5  1234.5",
        "home              1     5.0     5.0     5.0     5.0",
    ]


def test_a_table_holds_nothing_that_a_terminal_would_act_upon(tmp_path):
    file = write(tmp_path / "a.jsonl", answered(), failed(message="\x1b[2J\nroot"))
    out, _ = logs("one-request", "--request", REQUEST, "--files", file)
    assert "\x1b" not in out
    assert "�[2J�root" in out


def test_a_table_rounds_no_further_than_the_question_does(tmp_path):
    lines = [answered(status=500), *(answered() for _ in range(6))]
    out, _ = logs("server-errors", "--files", write(tmp_path / "a.jsonl", *lines))
    assert " 14.29 " in out


def test_csv_is_read_back_as_it_was(tmp_path):
    file = write(tmp_path / "a.jsonl", answered('a, "b"'))
    out, _ = logs("slowest-routes", "--files", file, "--format", "csv")
    assert next(csv.DictReader(io.StringIO(out)))["route"] == 'a, "b"'


def test_no_answer_is_said_beside_the_answer(tmp_path):
    file = write(tmp_path / "a.jsonl", answered())
    out, beside = logs("tasks", "--files", file, "--format", "json")
    assert out == ""
    assert "No line answers that." in beside


# --- From the bucket


@pytest.fixture(scope="module")
def moto():
    server = Moto()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def archive(moto, settings, monkeypatch):
    """`archive(key, *lines)` puts a file there; `archive.name` is the bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    options = {"region_name": moto.region, "endpoint_url": moto.url}
    settings.STORAGES = {**settings.STORAGES, "bucket": {"BACKEND": "unused", "OPTIONS": options}}
    name = moto.make_bucket()

    def put(key, *lines):
        file = write(Path(settings.UPLOAD_PARTS_DIR) / "line.gz", *lines)
        moto.client().put_object(
            Bucket=name, Key=key, Body=file.read_bytes(), ContentEncoding="gzip"
        )

    put.name = name
    return put


def test_only_the_hours_that_are_wanted_are_fetched(archive):
    for hour in ("07", "08", "09", "10"):
        archive(
            f"logs/dt=2026-11-20/hour={hour}/a.gz",
            answered(f"at{hour}", time=f"2026-11-20T{hour}:05:00.000Z"),
        )
    span = ("--from", "2026-11-20T17:40", "--to", "2026-11-20T19:10")
    out, beside = logs("slowest-routes", "--bucket", archive.name, *span)
    # Of the first hour nothing was so late.
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["at09", "at10"]
    assert "3 files" in beside


def test_an_hour_may_have_many_files_of_the_same_name_below_other_prefixes(archive):
    for number in range(3):
        archive(f"kept/dt=2026-11-20/hour=08/{number}/a.gz", answered(f"r{number}"))
    archive("logs/dt=2026-11-20/hour=08/a.gz", answered("elsewhere"))
    span = ("--from", "2026-11-20T17:00", "--to", "2026-11-20T18:00")
    asked = routes("--bucket", archive.name, "--prefix", "kept/", *span)
    assert asked == {"r0", "r1", "r2"}


def test_an_hour_may_have_more_files_than_a_list_has_room_for(archive, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        archive(f"logs/dt=2026-11-20/hour=08/{number}.gz", answered(f"r{number}"))
    span = ("--from", "2026-11-20T17:00", "--to", "2026-11-20T18:00")
    assert len(routes("--bucket", archive.name, *span)) == 5


def test_without_a_span_the_last_day_is_asked(archive):
    for hours in (1, 23, 25):
        then = timezone.now() - hours * HOUR
        archive(
            f"logs/dt={then:%Y-%m-%d}/hour={then:%H}/a.gz",
            answered(f"{hours} ago", time=f"{then:%Y-%m-%dT%H:%M:%S}.000Z"),
        )
    assert routes("--bucket", archive.name) == {"1 ago", "23 ago"}


def test_a_bucket_that_cannot_be_read_is_said(archive):
    span = ("--from", "2026-11-20T17:00", "--to", "2026-11-20T18:00")
    with pytest.raises(CommandError, match="not-there cannot be read: S3 says NoSuchBucket"):
        logs("slowest-routes", "--bucket", "not-there", *span)
    with pytest.raises(CommandError, match="more than 31 days"):
        logs("slowest-routes", "--bucket", archive.name, "--from", "2025-11-20")
    with pytest.raises(CommandError, match="no files of lines"):
        logs("slowest-routes", "--bucket", archive.name, *span)
