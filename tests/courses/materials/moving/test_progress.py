"""What is said while files move."""

from courses.materials.moving.progress import Progress, duration
from tests.courses.materials.moving.moves import MIB


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_progress_tells_how_far_how_fast_and_how_long():
    clock, said = Clock(), []
    progress = Progress(4, 40 * MIB, say=said.append, every=2, clock=clock)
    progress.begin()
    clock.now = 1.0
    progress.end(10 * MIB)  # It was there: that says nothing of the speed.
    progress.begin()
    clock.now = 3.0
    progress.tell(4 * MIB)
    clock.now = 4.0
    progress.tell(2 * MIB)
    clock.now = 6.0
    progress.tell(4 * MIB)
    progress.end(10 * MIB)

    assert said == [
        "1/4 files, 14 MB/40 MB, 2 MB/s, 13 s left",
        "1/4 files, 20 MB/40 MB, 2 MB/s, 10 s left",
    ]
    assert progress.line() == "2/4 files, 20 MB/40 MB, 2 MB/s, 10 s left"


def test_durations_are_said_in_two_units():
    assert [duration(each) for each in (7.4, 80, 7500)] == ["7 s", "1 min 20 s", "2 h 5 min"]
