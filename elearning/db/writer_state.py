"""Whether the writer takes writes, and which of our connections to it are still to be trusted."""

import os
import threading
import time

from elearning.db import events, promises


class WriterState:
    """One process's knowledge of the writer; every method may be called from any thread.

    A connection can only be closed by its own thread. So each carries the generation in which
    it was made, and an error that means a failover begins a new one: every thread lets go of
    its older connections, also those to the reader, who may be the new writer, before it uses
    them again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.generation = 0
        self.down_since: float | None = None
        """time.time() of the first failure; None while it is up."""
        self.failovers = 0
        self.last_failover: float | None = None
        self.since = time.time()
        self._trying = False
        self._tried_at = 0.0
        self._told_at: float | None = None

    @property
    def down(self) -> bool:
        return self.down_since is not None

    def connection_lost(self, generation: int, error: object) -> None:
        """A connection of this generation broke; the writer itself may be well."""
        with self._lock:
            if self.down or generation != self.generation:
                return
            self.generation += 1
        events.tell("writer_connections_renewed", error)

    def went_down(self, generation: int, error: object) -> None:
        """It can't be reached, or takes no writes.

        Many threads meet the same failure: one of them tells it, and what is learnt over a
        connection of a former generation is no news.
        """
        with self._lock:
            if generation != self.generation:
                return
            self._tried_at = time.monotonic()
            if self.down:
                return
            self.generation += 1
            self.down_since = self.since = time.time()
        events.tell("writer_down", error)

    def turned_away(self, error: object) -> None:
        """The server is there and lets us not in: a password, or too many connections.

        Every request would say so; it is told now and then.
        """
        now = time.monotonic()
        with self._lock:
            if self._told_at is not None and now - self._told_at < promises.TOLD_EVERY:
                return
            self._told_at = now
        events.tell("writer_refuses_connections", error)

    def answered(self, generation: int) -> None:
        """A server that takes writes answered over a connection of this generation."""
        if self.down_since is None:
            return
        with self._lock:
            # A connect that began before it went down says nothing of what came after.
            if self.down_since is None or generation != self.generation:
                return
            down_since, self.down_since = self.down_since, None
            now = time.time()
            self.failovers += 1
            self.last_failover = self.since = now
        events.tell("writer_up", f"after {now - down_since:.1f} s")

    def may_try(self) -> bool:
        """Always while it is up; while it is down, one caller at a time, and not every moment.

        Who was let through calls tried().
        """
        if self.down_since is None:
            return True
        with self._lock:
            waited = time.monotonic() - self._tried_at
            if self._trying or waited < promises.WRITER_TRY_EVERY:
                return False
            self._trying = True
        return True

    def tried(self) -> None:
        """The try of may_try() is over, whatever came of it."""
        self._trying = False
        self._tried_at = time.monotonic()


writer_state = WriterState()
os.register_at_fork(after_in_child=writer_state.__init__)  # type: ignore[misc]
