"""What Django does with connections before and after a request, outside of all middleware.

django.test.Client leaves it out, so nobody else here notices.
"""

import pytest
from django.db import close_old_connections, connections

from accounts.models import Campus
from elearning.db.writer_state import writer_state

ALIASES = ["default", "reader"]


def connect() -> None:
    for alias in ALIASES:
        connections[alias].ensure_connection()


@pytest.mark.parametrize("alias", ALIASES)
def test_connections_of_before_a_failover_are_let_go_of_and_not_replaced(pair, alias, monkeypatch):
    connect()
    wrapper = connections[alias]
    tried = []
    monkeypatch.setattr(wrapper, "get_new_connection", lambda params: tried.append(params))
    writer_state.went_down(writer_state.generation, "gone")

    close_old_connections()

    assert wrapper.connection is None
    assert tried == []


def test_a_writer_that_is_gone_is_no_error_yet(pair):
    connect()
    pair.writer_address.refuse()
    pair.reader_address.refuse()
    writer_state.went_down(writer_state.generation, "gone")

    close_old_connections()

    assert all(connections[alias].connection is None for alias in ALIASES)


def test_nor_when_the_failure_comes_in_this_very_moment(pair, monkeypatch):
    connect()
    pair.writer_address.refuse()
    wrapper = connections["default"]
    looks = iter([False, True])
    monkeypatch.setattr(wrapper, "_is_of_former_generation", lambda: next(looks))

    close_old_connections()

    assert wrapper.connection is None


def test_healthy_ones_stay(pair, watch):
    connect()
    before = [connections[alias].connection for alias in ALIASES]

    close_old_connections()

    assert [connections[alias].connection for alias in ALIASES] == before
    assert Campus.objects.count() == 0
