"""Old answers are forgotten."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from elearning.db.idempotency import services
from elearning.db.idempotency.models import IdempotencyKey


def keys(count: int, *, hours: float) -> None:
    at = timezone.now() - datetime.timedelta(hours=hours)
    first = IdempotencyKey.objects.count()
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(owner=1, key=f"{first + n:064x}", fingerprint="0" * 64, created_at=at)
        for n in range(count)
    )


def test_those_older_than_a_day_go(db, capsys):
    keys(3, hours=24.1)
    keys(2, hours=23.9)

    call_command("purge_idempotency_keys")

    assert capsys.readouterr().out == "3 removed\n"
    assert IdempotencyKey.objects.count() == 2


def test_or_than_so_many_hours(db, capsys):
    keys(3, hours=24.1)
    keys(2, hours=2.1)
    keys(1, hours=1.9)

    call_command("purge_idempotency_keys", "--hours", "2")

    assert capsys.readouterr().out == "5 removed\n"
    assert IdempotencyKey.objects.count() == 1


def test_many_go_in_batches(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(services, "BATCH", 10)
    keys(25, hours=25)

    # Three batches of a look and a removal, and the look that finds nothing.
    with django_assert_num_queries(7):
        assert services.purge(before=timezone.now()) == 25


def test_a_batch_is_a_thousand():
    assert services.BATCH == 1000


@pytest.mark.parametrize("hours", ["0", "-1"])
def test_what_may_still_be_repeated_stays(db, hours):
    keys(1, hours=0.1)

    with pytest.raises(CommandError):
        call_command("purge_idempotency_keys", "--hours", hours)

    assert IdempotencyKey.objects.count() == 1


def test_a_purged_key_is_a_new_one(post, opened):
    post()
    services.purge(before=timezone.now() + datetime.timedelta(seconds=1))

    assert "Idempotency-Replayed" not in post()
    assert opened() == 2


def test_longer_ago_than_time_goes_is_refused_in_words():
    with pytest.raises(CommandError, match="ten years"):
        call_command("purge_idempotency_keys", hours=10**11)
