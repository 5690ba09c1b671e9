"""`/healthz` beside a real bucket that is gone, shut, or keeps silent."""

import pytest

from elearning.health.check import Check
from elearning.health.rounds import rounds
from elearning.tasks.beating import beat

TOKEN = "sixteen-characters-and-more"


@pytest.fixture
def ask(client, transactional_db, settings):
    """`ask()`: the status of the answer, of the site, and the word for the store."""
    settings.HEALTH_TOKEN = TOKEN
    beat("worker-1")

    def asked():
        rounds.reset()
        response = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
        told = response.json()
        assert told["checks"]["writer"]["word"] == "ok"
        return response.status_code, told["status"], told["checks"]["store"]["word"]

    yield asked
    rounds.reset()


@pytest.fixture
def store_check() -> Check:
    (check,) = [c for line in rounds._lines for c in line if c.name == "store"]
    return check


def test_a_bucket_that_answers_is_ok(ask):
    assert ask() == (200, "ok", "ok")


def test_a_store_that_is_gone_is_down_until_it_is_back(ask, cut):
    cut.refuse()
    assert ask() == (503, "down", "no_answer")

    cut.accept()
    assert ask() == (200, "ok", "ok")


def test_a_bucket_that_is_not_there_or_shut_is_refused(ask, settings):
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "bucket_name": "no-such-bucket"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}

    assert ask() == (503, "down", "refused")


def test_a_store_that_keeps_silent_is_not_waited_for_nor_asked_again_meanwhile(
    ask, cut, store_check
):
    # At first, so that the client is made and the bucket known.
    assert ask() == (200, "ok", "ok")
    cut.stall()

    assert ask() == (503, "down", "no_answer")
    assert store_check._at_work.locked()
    assert ask() == (503, "down", "hanging")

    cut.cut()
    cut.flow()
    # It ends when boto3 has given up or got through, and not before the lock is free.
    assert store_check._at_work.acquire(timeout=60)
    store_check._at_work.release()
    assert ask() == (200, "ok", "ok")
