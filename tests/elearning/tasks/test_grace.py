"""Who is broken off when the time of grace is over, and who is not."""

import signal

import pytest

from elearning.tasks import stopping
from elearning.tasks.grace import Grace


@pytest.fixture
def grace():
    yield Grace()
    signal.setitimer(signal.ITIMER_REAL, 0)
    stopping.tell(stop=False)


def test_a_worker_that_begins_asks_nobody_to_let_go():
    stopping.tell()
    Grace()
    assert not stopping.stopping()


def test_a_job_is_asked_first_and_broken_off_the_second_time(grace):
    with grace.job():
        grace.end()
        assert stopping.stopping()
        assert not grace.broke_off
        with pytest.raises(stopping.Interrupted):
            grace.end()
    assert grace.broke_off


def test_the_worker_itself_is_never_broken_off(grace):
    """It may be storing how the job has ended."""
    stopping.tell()
    grace.end()
    with grace.job():
        pass
    grace.end()
    assert not grace.broke_off
