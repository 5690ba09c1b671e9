"""The saved questions, each asked of lines with a known answer."""

import re

import pytest

from elearning.logs.archive.database import Archive
from elearning.logs.archive.questions import SPAN, questions
from elearning.logs.archive.span import Span
from tests.log_lines import HARUNA, REN, REQUEST, answered, failed, line, ran, write

ALL = questions()
# What Athena (Trino) knows under the same name and meaning.
COMMON = {
    "approx_percentile",
    "cast",
    "coalesce",
    "count",
    "count_if",
    "element_at",
    "max",
    "min",
    "nullif",
    "round",
    "substr",
    "sum",
}


@pytest.fixture
def ask(tmp_path):
    """`ask(name, *lines, **own)`: the rows of the answer, each a dict."""

    def asked(name, *lines, **own):
        write(tmp_path / "lines.jsonl", *lines)
        archive = Archive(tmp_path)
        values = Span().parameters() | own
        question = ALL[name]
        answer = archive.ask(question.sql, [values[each] for each in question.parameters])
        archive.close()
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    return asked


def test_there_are_ten():
    assert len(ALL) == 10


@pytest.mark.parametrize("question", ALL.values(), ids=ALL)
def test_each_says_what_it_answers_and_what_it_takes(question):
    assert question.english
    assert re.search(r"[ぁ-ん一-龯ァ-ヶ]", question.japanese)
    assert question.answers.endswith(".")
    assert question.parameters[: len(SPAN)] == SPAN
    assert len(question.parameters) == question.sql.count("?")


@pytest.mark.parametrize("question", ALL.values(), ids=ALL)
def test_each_takes_its_own_examples_for_parameters(question, tmp_path):
    write(tmp_path / "lines.jsonl", answered())
    archive = Archive(tmp_path)
    archive.ask(question.sql, list(question.examples))
    archive.close()


@pytest.mark.parametrize("question", ALL.values(), ids=ALL)
def test_each_keeps_to_what_both_databases_understand(question):
    sql = re.sub(r"--.*|'[^']*'", "", question.sql)
    called = {name.lower() for name in re.findall(r"\b(\w+)\(", sql)}
    assert called <= COMMON
    assert not re.search(
        r"::|\bILIKE\b|\bEXCLUDE\b|\bQUALIFY\b|\bALL\b|\$\d|\[", sql, re.IGNORECASE
    )


@pytest.mark.parametrize("question", ALL.values(), ids=ALL)
def test_each_reads_only_the_partitions_and_the_time_that_are_wanted(question):
    assert 'WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?' in question.sql


def test_a_request_is_told_in_order_with_the_tasks_that_it_caused(ask):
    rows = ask(
        "one-request",
        ran(time="2026-11-20T08:00:03.000Z", request_id=REQUEST),
        failed(time="2026-11-20T08:00:01.000Z"),
        answered(time="2026-11-20T08:00:02.000Z", status=500),
        answered(request_id="f" * 32),
        request=REQUEST,
    )
    assert [row["event"] for row in rows] == ["fail_request", "answer_request", "run_task"]
    assert rows[0]["error"] == "ValueError"
    assert rows[0]["raised_at"] == "courses/x.py:3 mark"
    assert rows[1]["tokyo"] == "2026-11-20 17:00:02"
    assert rows[2]["service"] == "worker"


def test_a_persons_evening_has_nobody_elses_lines(ask):
    rows = ask(
        "one-user",
        answered("courses:home", time="2026-11-20T09:00:00.000Z"),
        answered("home"),
        answered("home", user=REN),
        line("measure"),
        user=HARUNA,
    )
    assert [(row["tokyo"][11:], row["route"]) for row in rows] == [
        ("17:00:00", "home"),
        ("18:00:00", "courses:home"),
    ]


def test_the_slowest_route_comes_first_with_its_percentiles(ask):
    rows = ask(
        "slowest-routes",
        *(answered("quick", ms=float(ms)) for ms in range(1, 101)),
        *(answered("slow", ms=900.0) for _ in range(5)),
        answered(None, ms=1.0, status=404),
        ran(ms=9999.0),
    )
    assert [row["route"] for row in rows] == ["slow", "quick", "-"]
    assert rows[0] == {
        "route": "slow",
        "requests": 5,
        "p50_ms": 900.0,
        "p95_ms": 900.0,
        "p99_ms": 900.0,
        "max_ms": 900.0,
    }
    quick = rows[1]
    assert (quick["requests"], quick["max_ms"]) == (100, 100.0)
    assert quick["p50_ms"] == pytest.approx(50, abs=2)
    assert quick["p95_ms"] == pytest.approx(95, abs=2)
    assert quick["p99_ms"] == pytest.approx(99, abs=2)


def test_server_errors_are_told_by_release_and_route(ask):
    rows = ask(
        "server-errors",
        *(answered("home") for _ in range(3)),
        answered("home", status=500, request_id="a" * 32, time="2026-11-20T09:00:00.000Z"),
        answered("home", release="r8", status=404),
        answered("quiz", release="r8", status=503),
    )
    assert [(row["release"], row["route"], row["failed"], row["requests"]) for row in rows] == [
        ("r7", "home", 1, 4),
        ("r8", "quiz", 1, 1),
    ]
    assert rows[0]["percent"] == 25.0
    assert rows[0]["example"] == "a" * 32
    assert rows[0]["first"] == rows[0]["last"] == "2026-11-20 18:00:00"


def test_errors_are_counted_by_type_and_place(ask):
    rows = ask(
        "errors",
        failed(),
        failed(user=REN, time="2026-11-20T08:30:00.000Z"),
        failed("x.Lost", 2013),
        line("lose_reader", level="error", at="elearning/db/monitor.py:51"),
        line("warn", level="warning"),
        answered(status=500),
    )
    assert [(row["error"], row["code"], row["raised_at"], row["times"]) for row in rows] == [
        ("ValueError", None, "courses/x.py:3 mark", 2),
        ("lose_reader", None, "elearning/db/monitor.py:51", 1),
        ("x.Lost", "2013", "courses/x.py:3 mark", 1),
    ]
    assert rows[0]["people"] == 2
    assert (rows[0]["first"], rows[0]["last"]) == ("2026-11-20 17:00:00", "2026-11-20 17:30:00")


def test_the_readers_share_is_told_by_the_hour_in_tokyo(ask):
    rows = ask(
        "reader-share",
        answered("home", reader_queries=3, writer_queries=1, time="2026-11-20T15:59:59.999Z"),
        answered("home", reader_queries=3, writer_queries=3, time="2026-11-20T15:00:00.000Z"),
        answered("home", reader_queries=1, writer_queries=0, time="2026-11-20T16:00:00.000Z"),
        answered("static", reader_queries=None, writer_queries=None),
    )
    assert [(row["tokyo_hour"], row["route"], row["reader_percent"]) for row in rows] == [
        ("2026-11-20 17", "static", None),
        ("2026-11-21 00", "home", 60.0),
        ("2026-11-21 01", "home", 100.0),
    ]


def test_the_busiest_minute_comes_first(ask):
    rows = ask(
        "busiest-minutes",
        answered(time="2026-11-20T08:00:59.000Z"),
        answered(time="2026-11-20T08:01:00.000Z"),
        answered(time="2026-11-20T08:01:30.000Z", user=REN, status=503, ms=10.0),
    )
    assert rows == [
        {
            "tokyo_minute": "2026-11-20 17:01",
            "requests": 2,
            "people": 2,
            "p95_ms": 10.0,
            "db_ms": 4.0,
            "failed": 1,
        },
        {
            "tokyo_minute": "2026-11-20 17:00",
            "requests": 1,
            "people": 1,
            "p95_ms": 10.0,
            "db_ms": 2.0,
            "failed": 0,
        },
    ]


def test_the_routes_that_wait_most_for_the_database_come_first(ask):
    rows = ask(
        "slow-database",
        *(answered("often", ms=100.0, db_ms=50.0, reader_queries=6) for _ in range(10)),
        answered("rarely", ms=1000.0, db_ms=100.0, writer_queries=1),
        answered("never", db_ms=None),
    )
    assert rows == [
        {
            "route": "often",
            "requests": 10,
            "db_s": 0.5,
            "db_percent": 50.0,
            "p95_db_ms": 50.0,
            "queries_each": 6.0,
        },
        {
            "route": "rarely",
            "requests": 1,
            "db_s": 0.1,
            "db_percent": 10.0,
            "p95_db_ms": 100.0,
            "queries_each": 5.0,
        },
    ]


def test_tasks_are_told_by_how_they_ended(ask):
    rows = ask(
        "tasks",
        ran(),
        ran(outcome="retried", waited_ms=7000.0),
        ran(outcome="given_back"),
        ran("accounts.tasks.mail", outcome="failed"),
        answered(),
    )
    assert [row["task"] for row in rows] == [
        "accounts.tasks.mail",
        "courses.materials.tasks.prepare",
    ]
    prepared = rows[1]
    assert [prepared[each] for each in ("runs", "done", "failed", "retried", "given_back")] == [
        3,
        1,
        0,
        1,
        1,
    ]
    assert (prepared["p95_ms"], prepared["max_waited_ms"]) == (100.0, 7000.0)


def test_a_task_that_ends_its_workers_is_told_by_those_who_found_them_dead(ask):
    def reaped(outcome):
        return line("reap_task", service="worker", task="accounts.tasks.mail", outcome=outcome)

    (row,) = ask("tasks", *[reaped("retried")] * 4, reaped("failed"), *[reaped("superseded")] * 2)

    assert [row[each] for each in ("runs", "done", "failed", "retried")] == [5, 0, 1, 4]
    assert row["p95_ms"] is None


def test_refusals_are_told_by_status_and_route(ask):
    rows = ask(
        "refused-requests",
        answered("account_login", status=429, method="POST"),
        answered("account_login", status=429, method="POST", user=REN),
        answered(None, status=404),
        answered("home", status=500),
        answered("home", status=302),
    )
    assert [
        (row["status"], row["route"], row["method"], row["requests"], row["people"]) for row in rows
    ] == [(429, "account_login", "POST", 2, 2), (404, "-", "GET", 1, 1)]


def test_lines_outside_the_span_do_not_count(tmp_path):
    write(
        tmp_path / "lines.jsonl",
        answered("before", time="2026-11-20T07:59:59.999Z"),
        answered("first", time="2026-11-20T08:00:00.000Z"),
        answered("last", time="2026-11-20T13:59:59.999Z"),
        answered("after", time="2026-11-20T14:00:00.000Z"),
    )
    archive = Archive(tmp_path)
    question = ALL["slowest-routes"]
    answer = archive.ask(question.sql, list(question.examples))
    archive.close()
    assert {row[0] for row in answer.rows} == {"first", "last"}
