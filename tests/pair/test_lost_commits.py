"""A connection is lost at COMMIT, and nobody knows whether it was committed."""

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from accounts.models import Campus
from courses.enrolment.models import Progress
from elearning.db.idempotency.models import IdempotencyKey


@pytest.mark.parametrize("lost", ["cut_after", "cut_before"])
def test_17_a_connection_lost_at_commit_the_retry_leaves_one_row(pair, own_client, lost):
    """cut_after: it was committed, and nobody heard of it. cut_before: it was not."""
    key = {"Idempotency-Key": "one-and-the-same"}
    getattr(pair.writer_address, lost)(b"COMMIT")

    first = own_client.post("/probe/", headers=key)

    assert first.status_code == 503
    assert Campus.objects.filter(name="新校舎").count() == (lost == "cut_after")
    again = own_client.post("/probe/", headers=key)
    assert again.json() == {"campuses": 1}
    assert again.headers.get("Idempotency-Replayed") == ("true" if lost == "cut_after" else None)
    assert Campus.objects.filter(name="新校舎").count() == 1


@pytest.mark.parametrize("lost", ["cut_after", "cut_before"])
def test_17_a_heartbeat_whose_commit_was_lost_counts_once(pair, watch, cast, sign_in, lost):
    client = sign_in(cast.haruna)
    beat = {
        "path": reverse("enrolment:beat", args=[cast.note.pk]),
        "data": {"seconds": 20},
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "beat-1"},
    }
    getattr(pair.writer_address, lost)(b"COMMIT")

    assert client.post(**beat).status_code == 503
    assert client.post(**beat).status_code == 200

    assert Progress.objects.get(student=cast.haruna, activity=cast.note).seconds == 20
    assert IdempotencyKey.objects.count() == 1


def test_17_outside_a_request_the_error_is_the_databases_own(pair, watch):
    # Connected before: the greeting says READ COMMITTED.
    connection.ensure_connection()
    pair.writer_address.cut_after(b"COMMIT")

    with pytest.raises(OperationalError), transaction.atomic():
        Campus.objects.create(name="新校舎")

    assert Campus.objects.count() == 1
