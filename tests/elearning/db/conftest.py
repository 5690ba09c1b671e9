"""A clock that tests set."""

import pytest

from elearning.db import reader_state, writer_state


class Clock:
    """Stands still until a test moves `now`, in seconds."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """What the two states go by."""
    clock = Clock()
    for module in (reader_state, writer_state):
        monkeypatch.setattr(module, "time", clock)
    return clock
