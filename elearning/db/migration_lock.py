"""One process at a time changes the tables."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

LOOK_SECONDS = 2
"""For so long one question waits at the server; less than any statement may take."""

_NUMBER = 0x656C6561726E  # "elearn": PostgreSQL names such locks by a number, in each database


class Taken(Exception):
    """Another process has it still."""


@contextmanager
def migration_lock(connection: BaseDatabaseWrapper, *, seconds: int) -> Iterator[None]:
    """Hold the lock within; Taken if it was not to be had for `seconds`.

    It is the server's, held by `connection`, which is closed afterwards: a process that dies
    leaves no lock. On SQLite there is none; its file has one user.
    """
    if connection.vendor not in ("mysql", "postgresql"):
        yield
        return
    try:
        deadline = time.monotonic() + seconds
        while not _try(connection):
            if time.monotonic() > deadline:
                raise Taken
        yield
    finally:
        connection.close()


def _try(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            # Such names are the whole server's, and may have 64 characters.
            name = f"migrate {connection.settings_dict['NAME']}"[:64]
            cursor.execute("SELECT GET_LOCK(%s, %s)", [name, LOOK_SECONDS])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NUMBER])
        (got,) = cursor.fetchone()
    if not got and connection.vendor == "postgresql":
        time.sleep(LOOK_SECONDS)
    return bool(got)
