"""A transaction that the database ended in favour of another is run again."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse

from accounts.models import Campus
from elearning.db.idempotency import decorators
from elearning.db.idempotency.decorators import idempotent
from elearning.db.idempotency.models import IdempotencyKey

DEADLOCK = (1213, "Deadlock found when trying to get lock; try restarting transaction")


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The seconds that were waited."""
    waited = []
    monkeypatch.setattr(decorators.time, "sleep", waited.append)
    return waited


@pytest.fixture
def failing():
    """`failing(error, times)`: a view that writes, then fails so many times before it answers."""

    def make(error, times):
        left = [error] * times

        @idempotent
        def view(request):
            Campus.objects.create(name="品川校")
            if left:
                raise left.pop()
            return HttpResponse("ok")

        return view

    return make


@pytest.mark.parametrize("times", [1, 3])
def test_it_is_run_again_and_has_its_effect_once(post, opened, failing, pauses, times):
    view = failing(OperationalError(*DEADLOCK), times)

    assert post(view=view).content == b"ok"
    assert opened() == 1
    assert len(pauses) == times
    assert all(0 <= pause <= 0.1 for pause in pauses)
    assert post(view=view)["Idempotency-Replayed"] == "true"


def test_after_three_more_tries_the_error_goes_on(post, opened, failing, pauses):
    view = failing(OperationalError(*DEADLOCK), 4)

    with pytest.raises(OperationalError, match="Deadlock"):
        post(view=view)

    assert opened() == 0
    assert len(pauses) == 3
    assert not IdempotencyKey.objects.exists()


def test_other_errors_of_the_database_are_not_tried_again(post, opened, failing, pauses):
    view = failing(OperationalError(2013, "Lost connection to server during query"), 1)

    with pytest.raises(OperationalError, match="Lost connection"):
        post(view=view)

    assert (opened(), pauses) == (0, [])
    # The client does that, and its key is free.
    assert post(view=view).content == b"ok"
