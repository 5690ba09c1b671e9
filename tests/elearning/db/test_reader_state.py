"""When the reader may be read from."""

import os

import pytest

from elearning.db import events, promises, reader_state


@pytest.fixture
def state(clock):
    return reader_state.ReaderState()


def told():
    return [event.name for event in events.latest()]


def test_nobody_reads_from_it_before_the_monitor_has_looked(state):
    assert not state.usable()
    assert not state.answering()

    state.seen(0.01)

    assert state.usable()
    assert state.answering()


@pytest.mark.parametrize(("lag", "usable"), [(0.0, True), (1.0, True), (1.01, False), (60, False)])
def test_up_to_a_second_behind_is_fresh_enough(state, lag, usable):
    state.seen(lag)

    assert state.usable() is usable
    assert state.answering()


def test_while_its_lag_cannot_be_measured_it_is_not_read_from(state):
    state.seen(0.1)

    state.seen(None)

    assert not state.usable()
    assert state.answering()


def test_a_lag_is_believed_for_a_while_from_when_its_measuring_began(state, clock):
    began = clock.now
    clock.now += 1
    state.seen(0.1, began=began)
    clock.now = began + promises.NEWS_GOOD_FOR
    assert state.usable()

    clock.now += 0.1

    assert not state.usable()
    assert state.answering()


def test_a_reader_that_has_not_answered_for_ten_seconds_may_be_gone(state, clock):
    state.seen(0.1)
    clock.now += promises.ANSWER_GOOD_FOR
    assert state.answering()

    clock.now += 0.1

    assert not state.answering()


def test_one_failed_connect_opens_the_breaker(state):
    state.seen(0.1)

    state.connect_failed("2003")

    assert not state.usable()
    assert not state.answering()
    assert told()[:2] == ["reader_not_in_use", "reader_breaker_opened"]


def test_two_lost_connections_within_ten_seconds_do_too(state, clock):
    state.seen(0.1)
    state.connection_lost("2013")
    assert state.usable()
    clock.now += promises.ERRORS_WITHIN

    state.connection_lost("2013")

    assert not state.usable()


def test_two_lost_connections_further_apart_do_not(state, clock):
    state.seen(0.1)
    state.connection_lost("2013")
    clock.now += promises.ERRORS_WITHIN + 0.1
    state.seen(0.1)

    state.connection_lost("2013")

    assert state.usable()


def test_the_monitors_next_answer_closes_it_and_forgets_the_errors(state):
    state.seen(0.1)
    state.connection_lost("2013")
    state.connection_lost("2013")

    state.seen(0.1)

    assert state.usable()
    state.connection_lost("2013")
    assert state.usable()


def test_no_answer_to_the_monitor_opens_it(state):
    state.seen(0.1)

    state.unseen("2003")

    assert not state.usable()
    assert state.lag is None


def test_it_is_told_once_when_it_changes_and_not_at_every_look(state):
    before = len(events.latest())
    for _ in range(3):
        state.seen(0.1)
    for _ in range(3):
        state.unseen("2003")

    assert told()[: len(events.latest()) - before] == [
        "reader_not_in_use",
        "reader_breaker_opened",
        "reader_in_use",
    ]


def test_a_forked_process_knows_nothing_yet():
    reader_state.reader_state.seen(0.1)
    assert reader_state.reader_state.usable()

    child = os.fork()
    if child == 0:
        os._exit(1 if reader_state.reader_state.usable() else 0)

    assert os.waitpid(child, 0)[1] == 0
    reader_state.reader_state.reset()
