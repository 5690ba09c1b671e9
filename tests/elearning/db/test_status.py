"""What the operators are told of the databases, state by state, and the page that tells it."""

import ast
import json
import time
from pathlib import Path

import pytest
from django.conf import settings

from elearning.db import events, promises, status, views, words
from elearning.db.reader_state import reader_state
from elearning.db.statistics import Statistics
from elearning.db.writer_state import writer_state
from elearning.health.rounds import rounds

ADDRESS = "(2003, \"Can't connect to MySQL server on 'db.internal:3306' (111)\")"
SOURCES = Path(settings.BASE_DIR, "elearning", "db")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """A process that has seen nothing yet."""
    rounds.reset()
    monkeypatch.setattr(events, "_events", events.deque(maxlen=50))
    monkeypatch.setattr(status, "statistics", Statistics())
    reader_state.reset()
    writer_state.reset()
    yield
    reader_state.reset()
    writer_state.reset()


@pytest.fixture
def with_reader(monkeypatch):
    """The status of a process with a reader; requests themselves go on with one database."""
    monkeypatch.setattr(status, "has_reader", lambda: True)


@pytest.fixture
def page(cast, sign_in):
    """`page()` is what Midori sees."""
    client = sign_in(cast.midori)
    return lambda **headers: client.get("/office/status/", headers=headers).content.decode()


def longer_ago(name: str, seconds: float) -> None:
    setattr(reader_state, name, time.monotonic() - seconds)


def never_asked():
    pass


def in_use():
    reader_state.seen(0.02)


def behind():
    reader_state.seen(promises.ALLOWED_LAG + 0.1)


def lag_unknown():
    reader_state.seen(None)


def lag_not_measured_lately():
    reader_state.seen(0.02)
    longer_ago("looked_at", promises.NEWS_GOOD_FOR + 1)


def silent():
    reader_state.seen(0.02)
    longer_ago("looked_at", promises.NEWS_GOOD_FOR + 1)
    longer_ago("answered_at", promises.ANSWER_GOOD_FOR + 1)


def breaker_open():
    reader_state.seen(0.02)
    reader_state.connect_failed(ADDRESS)


def writer_down():
    reader_state.seen(0.02)
    writer_state.went_down(0, ADDRESS)


def both_down():
    writer_state.went_down(0, ADDRESS)
    reader_state.connect_failed(ADDRESS)


@pytest.mark.parametrize(
    ("happened", "health", "reads_from", "reason", "reader"),
    [
        (never_asked, "degraded", "writer", "starting", "starting"),
        (in_use, "ok", "reader", "in_use", "in_use"),
        (behind, "degraded", "writer", "behind", "behind"),
        (lag_unknown, "degraded", "writer", "lag_unknown", "lag_unknown"),
        (lag_not_measured_lately, "degraded", "writer", "lag_unknown", "lag_unknown"),
        (silent, "degraded", "writer", "silent", "silent"),
        (breaker_open, "degraded", "writer", "breaker_open", "breaker_open"),
        (writer_down, "down", "reader", "writer_down", "in_use"),
        (both_down, "down", "nowhere", "down", "breaker_open"),
    ],
)
def test_what_serves_reads_and_why(with_reader, happened, health, reads_from, reason, reader):
    happened()

    told = status.describe()

    assert told["status"] == health
    assert told["reads"] == {"from": reads_from, "reason": reason}
    assert told["reader"]["state"] == reader
    assert told["reader"]["serves_reads"] == (reads_from == "reader")
    assert told["writer"]["serves_reads"] == (reads_from == "writer")
    assert told["writer"]["state"] == ("down" if health == "down" else "up")


@pytest.mark.parametrize(
    ("happened", "health", "reads"),
    [
        (never_asked, "ok", {"from": "writer", "reason": "one_database"}),
        (lambda: writer_state.went_down(0, ""), "down", {"from": "nowhere", "reason": "down"}),
    ],
)
def test_one_database_is_called_one_database(happened, health, reads):
    happened()

    told = status.describe()

    assert told["status"] == health
    assert told["reads"] == reads
    assert told["reader"] is None
    assert told["monitor"] is None


def test_the_lag_is_told_while_the_reader_answers(with_reader):
    reader_state.seen(0.25)
    assert status.describe()["reader"]["lag"] == 0.25
    assert status.describe()["reader"]["breaker"] == "closed"

    reader_state.connect_failed(ADDRESS)
    assert status.describe()["reader"]["lag"] is None
    assert status.describe()["reader"]["breaker"] == "open"


@pytest.mark.parametrize(
    ("happened", "noticed", "ago"),
    [
        (breaker_open, "open_since", 60),
        (silent, "answered_at", 60 - promises.ANSWER_GOOD_FOR),
        (lag_not_measured_lately, "looked_at", 60 - promises.NEWS_GOOD_FOR),
        (in_use, None, 90),
        (behind, None, 90),
    ],
)
def test_the_reader_has_been_as_it_is_since(with_reader, happened, noticed, ago):
    happened()
    if noticed:
        longer_ago(noticed, 60)
    reader_state.since = time.time() - 90

    told = words._datetime(status.describe()["reader"]["since"]).timestamp()

    assert told == pytest.approx(time.time() - ago, abs=2)


def test_a_failover_is_counted_and_told(with_reader):
    writer_state.went_down(0, ADDRESS)
    writer_state.answered(writer_state.generation)

    told = status.describe()

    assert told["failovers"]["count"] == 1
    assert told["failovers"]["last"] is not None
    assert told["connection_generation"] == 1
    assert [event["name"] for event in told["events"]] == ["writer_up", "writer_down"]


@pytest.mark.parametrize("happened", [never_asked, in_use, breaker_open, both_down])
def test_a_status_is_plain_data(with_reader, happened):
    happened()

    told = status.describe()

    assert json.loads(json.dumps(told)) == told


def told_names() -> set[str]:
    """Every name that the code of elearning/db tells as an event."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("tell", "events.tell"):
                name = node.args[0]
                chosen = [name.body, name.orelse] if isinstance(name, ast.IfExp) else [name]
                assert all(isinstance(each, ast.Constant) for each in chosen), ast.unparse(node)
                found |= {each.value for each in chosen}
    return found


def test_every_event_has_its_sentence():
    names = told_names()
    assert {"writer_down", "reader_in_use", "reader_not_in_use"} <= names
    assert names == set(words.EVENTS)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("after 3.2 s", "使えなかった時間は 3.2 秒です。"),
        ("lag 1.5 s", "遅れは 1.5 秒です。"),
        (ADDRESS, "エラー番号は 2003 です。"),
        ('connection to server at "10.0.0.1", port 5432 failed', ""),
        ("", ""),
    ],
)
def test_of_an_error_the_page_tells_the_number_alone(detail, said):
    assert words._detail(detail) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "不明"), (0.02, "0.1 秒未満"), (0.34, "0.3 秒"), (1.02, "1.0 秒以上")],
)
def test_the_lag_in_words(seconds, said):
    assert words._lag(seconds) == said


@pytest.mark.parametrize(
    ("happened", "sentence"),
    [
        (in_use, "データベースは正常です。"),
        (behind, "読み取り用データベースが遅れているため"),
        (breaker_open, "読み取り用データベースに接続できないため"),
        (writer_down, "保存できません。"),
    ],
)
def test_the_page_says_how_things_are(page, with_reader, happened, sentence):
    happened()

    said = page()

    assert sentence in said
    assert "db.internal" not in said
    assert "DATABASE_READER_URL" not in said


def test_the_page_lists_what_happened_newest_first(page, with_reader):
    writer_down()

    said = page()

    first = said.index("書き込み用データベースが使えなくなりました。")
    assert first < said.index("読み取り用データベースの使用を始めました。")


def test_with_one_database_the_page_says_how_to_set_a_reader(page):
    said = page()

    assert "データベースは正常です。" in said
    assert "DATABASE_READER_URL=" in said
    assert "リクエストの内訳" not in said


def test_htmx_gets_what_changes_and_nobody_keeps_it(cast, sign_in):
    response = sign_in(cast.midori).get("/office/status/", headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert 'id="status-sentence"' in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_operators_find_the_page_in_their_menu_and_others_do_not(cast, sign_in):
    link = 'href="/office/status/"'
    assert link in sign_in(cast.midori).get("/").content.decode()
    assert link not in sign_in(cast.tanaka).get("/").content.decode()


def test_the_notice_on_a_page_goes_when_the_writer_answers(cast, sign_in):
    response = sign_in(cast.haruna).get("/degraded/")
    assert "切り替えが終わりました。" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("known", "answers"), [(True, True), (False, False)])
def test_the_notice_on_a_page_stays_while_the_writer_is_down(
    cast, sign_in, monkeypatch, known, answers
):
    monkeypatch.setattr(views, "is_degraded", lambda: known)
    monkeypatch.setattr(views, "writer_answers", lambda: answers)
    assert sign_in(cast.haruna).get("/degraded/").status_code == 204


def test_the_page_may_be_shown_from_the_reader():
    assert not "/office/status/".startswith(settings.DATABASE_WRITER_PATHS)
