"""What our back ends add to Django's: they see every statement and every failure."""

import random
import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error, InterfaceError, OperationalError

from elearning.db import failures
from elearning.db.aliases import READER, WRITER
from elearning.db.context import current
from elearning.db.errors import Fault, ReadOnlyServer, WriteOnReader, fault_of
from elearning.db.statements import is_write
from elearning.db.writer_state import writer_state

JITTER = 0.2
"""The share of CONN_MAX_AGE by which connections end earlier, each by another part of it."""

NOT_TO_BE_USED = -1
"""The generation of a connection that failed. Not closed at once: Django still closes its cursor,
and would meet the driver's own error, which nobody expects."""


class WatchedWrapper(BaseDatabaseWrapper):
    """A connection that reports to the breaker and the failover handling.

    Subclasses say how their database makes a session read-only, and how a server tells that
    it takes no writes.
    """

    probe = False
    """The monitor's own: it draws its conclusions itself."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = WRITER) -> None:
        super().__init__(settings_dict, alias)
        self.generation = 0
        self.connecting = False
        self.execute_wrappers.append(self._observe)

    def make_read_only(self) -> None:
        raise NotImplementedError

    def is_read_only_server(self) -> bool:
        raise NotImplementedError

    def given_up(self) -> bool:
        """Whether the driver has closed the connection by itself."""
        return False

    # --- Connecting -----------------------------------------------------------------------

    def ensure_connection(self) -> None:
        if self.connection is not None:
            if not self._is_of_former_generation():
                return
            self.close()
        if not self.probe:
            failures.before_connecting(self.alias)
        self.connecting = True
        try:
            self.generation = writer_state.generation
            super().ensure_connection()
        except (OperationalError, InterfaceError) as error:
            self.close()
            if not self.probe:
                failures.connect_failed(self.alias, self.generation, error)
            raise
        finally:
            self.connecting = False
            if self.alias == WRITER and not self.probe:
                writer_state.tried()
        if self.alias == WRITER:
            writer_state.answered(self.generation)

    def connect(self) -> None:
        super().connect()
        if self.close_at is not None:
            self.close_at -= random.uniform(0, JITTER) * self.settings_dict["CONN_MAX_AGE"]  # noqa: S311 - no secret

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if self.alias == READER:
            self.make_read_only()
        elif self.alias == WRITER and self.is_read_only_server():
            raise ReadOnlyServer("The writer's address leads to a server that takes no writes.")

    def close_if_unusable_or_obsolete(self) -> None:
        """Before and after each request Django calls this, outside of all middleware: no error
        may leave it, and what is let go of is not to be replaced yet."""
        if self.connection is not None and self._is_of_former_generation():
            self.close()
        try:
            super().close_if_unusable_or_obsolete()
        except Error:
            # The generation changed in this very moment, and there is no connecting again.
            self.close()

    def _is_of_former_generation(self) -> bool:
        return (
            self.generation != writer_state.generation
            and not self.in_atomic_block
            and not self.connecting
        )

    # --- Statements -----------------------------------------------------------------------

    def _observe(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        if self.connecting or self.probe:
            return execute(sql, params, many, context)
        work = current()
        first_write = False
        if is_write(sql):
            if self.alias == READER:
                raise WriteOnReader(f"Not on the reader: {sql[:60]}")
            if work is not None and self.alias == WRITER:
                first_write = not work.wrote
                work.note_write()
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        except Error as error:
            if first_write and work is not None and fault_of(error) is Fault.READ_ONLY:
                work.wrote = False
            self._report(error)
            raise
        finally:
            if work is not None:
                work.note_query(self.alias, time.perf_counter() - began)

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc] # Django has it, its stubs don't
        except Error as error:
            self._report(error)
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc] # as above
        except Error as error:
            self._report(error)
            raise

    def _report(self, error: Error) -> None:
        """Let go of a connection that is of no use any more; raises Lost where that helps."""
        if self.probe or self.connecting:
            return
        fault = fault_of(error, closed=self.given_up())
        if fault is not None:
            generation, self.generation = self.generation, NOT_TO_BE_USED
            failures.met(self.alias, generation, fault, error)
