"""What a connection needs while it migrates the database of a site that goes on.

A change of a table waits for every transaction that has touched the table, and while it waits
everybody else waits behind it. So it must not wait for long, and rather come again.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError

from elearning.db.errors import is_deadlock

TRIES = 8
PAUSE = 1.0
"""Seconds between two tries, in which those who waited behind us get through."""

_LOCK = {
    "mysql": "SELECT GET_LOCK(%s, %s)",
    # PostgreSQL's advisory locks have numbers, and no time of their own.
    "postgresql": "SELECT pg_try_advisory_lock(%s)",
}
_UNLOCK = {"mysql": "SELECT RELEASE_LOCK(%s)", "postgresql": "SELECT pg_advisory_unlock(%s)"}
_LOOK_AGAIN = 0.5
_ASKS = ("SELECT", "SHOW")


class Busy(Exception):
    """Another `migrate` did not end in time."""


@dataclass(slots=True)
class Statements:
    """Counts what was done since `done` was set to 0, and tries again what got no lock."""

    sleep: Callable[[float], None] = time.sleep
    done: int = 0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """An execute wrapper.

        Not in a transaction, where the whole of it must come again; nor with many rows, of which
        some may be there.
        """
        may_again = not many and not context["connection"].in_atomic_block
        for _ in range(TRIES - 1 if may_again else 0):
            try:
                return self._do(execute, sql, params, many, context)
            except OperationalError as error:
                if not is_deadlock(error):
                    raise
            self.sleep(PAUSE)
        return self._do(execute, sql, params, many, context)

    def _do(self, execute: Callable[..., Any], *statement: Any) -> Any:
        result = execute(*statement)
        if not statement[0].lstrip().upper().startswith(_ASKS):
            self.done += 1
        return result


@contextlib.contextmanager
def patient(
    connection: BaseDatabaseWrapper, *, lock_seconds: int, statement_seconds: int
) -> Iterator[Statements]:
    """A connection that gives up locks soon, and long statements late."""
    statements = Statements()
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        yield statements
        return
    usual = connection.settings_dict
    connection.close()
    if connection.vendor == "mysql":
        # The client would hang up after ten seconds, and the server go on by itself.
        late = dict.fromkeys(("read_timeout", "write_timeout"), statement_seconds + 60)
        connection.settings_dict = {**usual, "OPTIONS": {**usual["OPTIONS"], **late}}
    try:
        with connection.cursor() as cursor:
            cursor.execute(_limits(connection.vendor, lock_seconds, statement_seconds))
        with connection.execute_wrapper(statements):
            yield statements
    finally:
        connection.settings_dict = usual
        connection.close()


@contextlib.contextmanager
def alone(connection: BaseDatabaseWrapper, *, wait_seconds: float) -> Iterator[None]:
    """While no other process migrates this database. Busy if it takes longer than that.

    The lock is the connection's: it is gone when the process dies.
    """
    if connection.vendor == "sqlite":
        yield
        return
    # The server has one set of names for all of its databases.
    digest = hashlib.sha256(f"migrate {connection.settings_dict['NAME']}".encode()).digest()
    name: Any = int.from_bytes(digest[:8], signed=True)
    if connection.vendor == "mysql":
        name = f"migrate {digest.hex()[:32]}"
    deadline = time.monotonic() + wait_seconds
    with connection.cursor() as cursor:
        while not _locked(cursor, connection.vendor, name):
            if time.monotonic() >= deadline:
                raise Busy(f"Another migrate is running, and has not ended in {wait_seconds:g} s.")
            time.sleep(_LOOK_AGAIN)
    try:
        yield
    finally:
        # A connection that was lost has lost the lock as well.
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute(_UNLOCK[connection.vendor], [name])


def _locked(cursor: Any, vendor: str, name: Any) -> bool:
    cursor.execute(_LOCK[vendor], [name, 0] if vendor == "mysql" else [name])
    return bool(cursor.fetchone()[0])


def _limits(vendor: str, lock_seconds: int, statement_seconds: int) -> str:
    if vendor == "postgresql":
        return (
            f"SET lock_timeout = '{lock_seconds}s'; SET statement_timeout = '{statement_seconds}s'"
        )
    # MySQL's max_execution_time is for SELECT only, which nobody migrates with.
    return (
        f"SET SESSION lock_wait_timeout = {lock_seconds}"
        f" /*M!100100 , max_statement_time = {statement_seconds} */"
    )
