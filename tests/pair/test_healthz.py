"""`/healthz` beside real databases that die, fall behind or take no writes."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from elearning.db.writer_state import writer_state
from elearning.health.rounds import rounds
from elearning.tasks.beating import beat

TOKEN = "sixteen-characters-and-more"


@pytest.fixture
def ask(client, cast, watch, pair, settings, tmp_path):
    """`ask()` of a site that is well, by somebody whose browser sends a session along."""
    settings.HEALTH_TOKEN = TOKEN
    (tmp_path / "files").mkdir()
    beat("worker-1")
    client.force_login(cast.midori, backend="accounts.backends.SignInBackend")
    pair.in_step()

    def asked():
        rounds.reset()
        response = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
        told = response.json()
        words = {name: found["word"] for name, found in told["checks"].items()}
        return response.status_code, told["status"], words

    yield asked
    rounds.reset()


def others(words: dict[str, str], *but: str) -> set[str]:
    return {word for name, word in words.items() if name not in but}


def test_a_pair_that_is_well_is_ok(ask):
    status, said, words = ask()
    assert (status, said, others(words)) == (200, "ok", {"ok"})


@pytest.mark.parametrize("noticed", [False, True])
def test_a_writer_that_died_is_down_and_named(ask, pair, watch, noticed):
    pair.writer.kill()
    if noticed:
        watch.look()
        assert writer_state.down

    status, said, words = ask()

    assert (status, said, words["writer"]) == (503, "down", "no_answer")
    assert others(words, "writer") == {"not_asked", "ok"}
    assert (words["reader"], words["store"]) == ("ok", "ok")


def test_a_writer_that_keeps_silent_is_down_in_time(ask, pair):
    pair.writer_address.stall()

    status, said, words = ask()

    assert (status, said, words["writer"]) == (503, "down", "no_answer")
    assert words["store"] == "ok"


def test_a_writer_that_takes_no_writes_is_down(ask, pair):
    assert ask()[0] == 200
    pair.writer.query("SET GLOBAL read_only = 1")

    status, said, words = ask()

    assert (status, said, words["writer"]) == (503, "down", "no_answer")


def test_when_the_writer_is_back_all_is_ok_again(ask, pair, watch):
    pair.writer_address.refuse()
    assert ask()[0] == 503

    pair.writer_address.accept()
    watch.look()

    assert ask()[:2] == (200, "ok")


def test_a_reader_that_died_is_a_warning(ask, pair, watch):
    pair.replica.kill()
    watch.look()

    status, said, words = ask()

    assert (status, said, words["reader"]) == (200, "degraded", "breaker_open")
    assert others(words, "reader") == {"ok"}


def test_with_both_gone_there_is_an_answer_whatever_session_comes_along(ask, pair):
    pair.writer_address.refuse()
    pair.reader_address.refuse()

    status, said, words = ask()

    assert (status, said, words["writer"]) == (503, "down", "no_answer")


def test_a_reader_that_is_behind_is_a_warning(ask, pair, watch):
    pair.stop_replication()
    beat("worker-1")
    watch.look()

    status, said, words = ask()

    assert (status, said, words["reader"]) == (200, "degraded", "behind")
    assert others(words, "reader") == {"ok"}


def test_a_migration_that_was_not_applied_is_down(ask):
    recorder = MigrationRecorder(connection)
    latest = recorder.migration_qs.filter(app="catalog").order_by("-name").first()
    recorder.record_unapplied("catalog", latest.name)
    _forget_that_nothing_was_pending()
    try:
        status, said, words = ask()
        assert (status, said, words["migrations"]) == (503, "down", "pending")
        assert others(words, "migrations") == {"ok"}
    finally:
        recorder.record_applied("catalog", latest.name)

    # As another process did it: what is pending is asked every time.
    assert ask()[:2] == (200, "ok")


def _forget_that_nothing_was_pending() -> None:
    (migrations,) = [c for line in rounds._lines for c in line if c.name == "migrations"]
    migrations._looked_at = None
