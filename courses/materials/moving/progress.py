"""What is said while files move: how far it is, how fast, and how long it will last."""

import time
from collections.abc import Callable
from threading import Lock

from elearning.uploads.limits import size_in_words


class Progress:
    """A line now and then: files and bytes done of all, bytes a second, time left.

    `say` takes a line; `every` is in seconds. What was only looked at, being there already,
    says nothing of the speed. Bytes may be told from any thread.
    """

    def __init__(
        self,
        files: int,
        size: int,
        *,
        say: Callable[[str], object],
        every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files, self._size = files, size
        self._say, self._every, self._clock = say, every, clock
        self._lock = Lock()
        self._files_done = self._size_done = self._of_this_file = 0
        self._moved, self._seconds = 0, 0.0
        self._began = self._said = clock()

    def begin(self) -> None:
        """The next file begins."""
        self._began = self._clock()
        self._of_this_file = 0

    def tell(self, count: int) -> None:
        """So many bytes more of this file have moved."""
        with self._lock:
            self._of_this_file += count
            self._say_if_it_is_time()

    def end(self, size: int) -> None:
        """This file of so many bytes is done, whatever has become of it."""
        with self._lock:
            if self._of_this_file:
                self._moved += size
                self._seconds += self._clock() - self._began
            self._of_this_file = 0
            self._files_done += 1
            self._size_done += size
            self._say_if_it_is_time()

    def _say_if_it_is_time(self) -> None:
        now = self._clock()
        if now - self._said >= self._every:
            self._said = now
            self._say(self.line())

    def line(self) -> str:
        """As "12/40 files, 1.2 GB/4.0 GB, 35 MB/s, 1 min 20 s left"."""
        done = self._size_done + self._of_this_file
        line = (
            f"{self._files_done}/{self._files} files, "
            f"{size_in_words(done)}/{size_in_words(self._size)}"
        )
        moved = self._moved + self._of_this_file
        seconds = self._seconds + (self._clock() - self._began if self._of_this_file else 0)
        if not (moved and seconds):
            return line
        speed = moved / seconds
        left = max(0, self._size - done) / speed
        return f"{line}, {size_in_words(int(speed))}/s, {duration(left)} left"


def duration(seconds: float) -> str:
    """As "2 h 5 min", "1 min 20 s" or "7 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
