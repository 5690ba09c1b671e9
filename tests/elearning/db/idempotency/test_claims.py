"""Two requests with one key at a time.

What a server's locks say to it is tested on real ones, in tests/pair/test_idempotency.py.
"""

import json
import threading

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models.query import QuerySet

from accounts.models import Campus
from elearning.db.idempotency import services
from elearning.db.idempotency.decorators import idempotent
from elearning.db.idempotency.models import IdempotencyKey


@pytest.mark.django_db(transaction=True)
def test_identical_requests_at_once_have_one_effect_and_one_answer(post, opened):
    start = threading.Barrier(6)
    answers = []

    def work():
        try:
            start.wait(timeout=10)
            answers.append(post())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert opened() == 1
    assert len(answers) == 6
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 5


def lock_error(code=None, sqlstate=None):
    error = OperationalError(code, "locked")
    error.__cause__ = type("FromTheDriver", (Exception,), {"sqlstate": sqlstate})()
    return error


@pytest.fixture
def locked(monkeypatch):
    """`locked(error)`: whoever asks for the lock on a key's row gets this error."""

    def refuse(error):
        def select_for_update(self, **kwargs):
            raise error

        monkeypatch.setattr(QuerySet, "select_for_update", select_for_update)

    return refuse


@pytest.mark.parametrize(
    "error",
    [lock_error(1205), lock_error(3572), lock_error(sqlstate="55P03")],
    ids=["MariaDB", "MySQL", "PostgreSQL"],
)
def test_while_the_first_is_being_answered_the_second_is_told_to_wait(post, opened, locked, error):
    locked(error)

    answer = post()

    assert answer.status_code == 409
    assert answer["Retry-After"] == "1"
    assert "少し待って" in json.loads(answer.content)["error"]
    assert opened() == 0


@pytest.mark.parametrize(
    "error", [lock_error(1205), lock_error(sqlstate="57014")], ids=["MariaDB", "PostgreSQL"]
)
def test_and_so_when_its_insert_waited_for_the_first_too_long(post, opened, monkeypatch, error):
    def wait_in_vain(self, **kwargs):
        raise error

    monkeypatch.setattr(IdempotencyKey, "save", wait_in_vain)

    assert post().status_code == 409
    assert opened() == 0


def test_a_row_locked_by_another_repeat_holds_the_answer(post, opened, locked):
    first = post()
    locked(lock_error(1205))

    assert post().content == first.content
    assert post({"name": "新宿校"}).status_code == 422
    assert opened() == 1


def test_another_error_while_asking_for_the_lock_goes_on(post, locked):
    locked(lock_error(2013))

    with pytest.raises(OperationalError):
        post()


def test_whoever_is_outrun_reads_the_answer_of_the_other(post, opened, monkeypatch):
    """Both saw no row; the other has inserted and ended before our own insert."""
    first = post()
    looks = []
    select_for_update = QuerySet.select_for_update

    def blind_at_first(self, **kwargs):
        looks.append(1)
        return self.none() if len(looks) == 1 else select_for_update(self, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", blind_at_first)

    again = post()

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert (len(looks), opened()) == (2, 1)


def test_whoever_is_outrun_every_time_is_told_to_wait(post, opened, monkeypatch):
    post()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **kwargs: self.none())

    assert post().status_code == 409
    assert opened() == 1


def test_the_integrity_error_of_a_view_is_its_own(post, cast):
    @idempotent
    def clumsy(request):
        Campus.objects.create(pk=cast.campus.pk, name="品川校")

    with pytest.raises(IntegrityError):
        post(view=clumsy)

    assert not services.rows_of(owner=cast.haruna.pk, key="key-1").exists()
    assert not IdempotencyKey.objects.exists()
