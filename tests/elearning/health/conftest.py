"""A process that has asked nothing yet, and lines of checks to try it with."""

import pytest

from elearning.db.reader_state import reader_state
from elearning.db.writer_state import writer_state
from elearning.health.rounds import rounds


@pytest.fixture(autouse=True)
def fresh():
    rounds.reset()
    reader_state.reset()
    writer_state.reset()
    yield
    rounds.reset()
    reader_state.reset()
    writer_state.reset()
