"""What a process knows of the writer."""

import pytest

from elearning.db import events, promises
from elearning.db.writer_state import WriterState


@pytest.fixture
def state(clock):
    return WriterState()


def test_a_broken_connection_begins_a_new_generation_and_no_outage(state):
    state.connection_lost(0, "2013")

    assert state.generation == 1
    assert not state.down


def test_many_threads_that_meet_the_same_failure_begin_one_generation(state):
    for _ in range(24):
        state.connection_lost(0, "2013")

    assert state.generation == 1


def test_many_threads_that_find_it_gone_are_one_outage(state):
    before = len(events.latest())
    for _ in range(24):
        state.went_down(0, "1290")

    assert state.generation == 1
    assert [event.name for event in events.latest()][: len(events.latest()) - before] == [
        "writer_down"
    ]


def test_while_it_is_down_nothing_more_is_told_however_often_it_is_tried(state):
    state.went_down(0, "2003")
    for _ in range(20):
        state.connection_lost(state.generation, "2003")
        state.went_down(state.generation, "2003")

    assert state.generation == 1
    assert events.latest()[0].name == "writer_down"


def test_a_late_error_of_a_former_connection_is_no_new_outage(state):
    state.went_down(0, "1290")
    state.answered(state.generation)

    state.went_down(0, "1290")

    assert not state.down


def test_an_outage_lasts_from_the_first_failure_to_the_first_answer(state, clock):
    state.went_down(0, "2003")
    clock.now += 5
    state.went_down(1, "2003")
    assert state.down_since == 1000.0
    clock.now += 5

    state.answered(state.generation)
    state.answered(state.generation)

    assert not state.down
    assert state.failovers == 1
    assert state.last_failover == 1010.0


def test_while_it_is_down_one_caller_at_a_time_may_try(state, clock):
    assert state.may_try()
    assert state.may_try()
    state.went_down(0, "2003")
    assert not state.may_try()
    clock.now += promises.WRITER_TRY_EVERY

    assert [state.may_try() for _ in range(3)] == [True, False, False]
    # However long his connect takes.
    clock.now += 10
    assert not state.may_try()
    state.tried()
    assert not state.may_try()
    clock.now += promises.WRITER_TRY_EVERY
    assert state.may_try()

    state.answered(state.generation)
    assert state.may_try()
    assert state.may_try()


def test_an_answer_to_a_connect_that_began_before_does_not_end_the_outage(state):
    state.went_down(0, "1290")

    state.answered(0)
    assert state.down

    state.answered(1)
    assert not state.down


def test_that_it_turns_us_away_is_told_once_a_minute(state, clock):
    before = len(events.latest())
    for _ in range(24):
        state.turned_away("1040")
    assert not state.down
    assert state.generation == 0
    assert [event.name for event in events.latest()][: len(events.latest()) - before] == [
        "writer_refuses_connections"
    ]

    clock.now += promises.TOLD_EVERY
    state.turned_away("1040")

    assert [event.name for event in events.latest()[:2]] == ["writer_refuses_connections"] * 2
