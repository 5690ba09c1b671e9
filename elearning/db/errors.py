"""What an error of the database means for us.

Codes: MariaDB's and MySQL's server and client error numbers; SQLSTATE for PostgreSQL.
"""

from enum import Enum
from typing import Any

from django.db.utils import DatabaseError, Error, OperationalError


class Lost(BaseException):
    """Ends a request whose database has gone, so that it can be run again elsewhere.

    No Exception: neither a view's own `except Exception` nor Django's conversion of errors to
    pages may stop it on its way to the middleware.
    """


class ReaderLost(Lost):
    """The reader has gone in the middle of the request."""


class WriterLost(Lost):
    """The writer has gone, or does not take writes any more."""


class WriteOnReader(DatabaseError):
    """A statement that changes data was sent to the reader."""


class ReadOnlyServer(OperationalError):
    """The writer's address leads to a server that takes no writes."""


class NoToken(OperationalError):
    """IAM gave us no password to connect with."""


class Fault(Enum):
    LOST = "lost"
    READ_ONLY = "read only"


_LOST = {
    1053,  # server shutdown in progress
    1927,  # connection was killed
    2002,  # can't connect through the socket, or at all
    2003,  # can't connect
    2005,  # unknown host: its name is being moved
    2006,  # server has gone away
    2013,  # lost connection during query
    2026,  # over TLS, MariaDB's client says this of every lost connection
    2055,  # lost connection at …
    4031,  # disconnected by the server because of inactivity
}
_READ_ONLY = {1290, 1792, 1836}
_DEADLOCK = {1205, 1213}
_OF_THE_SERVER = range(1000, 2000)
_SQLSTATE_LOST = {"57P01", "57P02", "57P03"}
_SQLSTATE_READ_ONLY = {"25006"}
_SQLSTATE_DEADLOCK = {"40001", "40P01", "55P03"}
_SQLSTATE_TURNED_AWAY = ("28", "3D", "42", "53")


def _code(error: BaseException) -> Any:
    return error.args[0] if error.args else None


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None) or ""


def fault_of(error: Error, *, closed: bool = False) -> Fault | None:
    """None for an error that says nothing about the server, such as a constraint's.

    `closed`: the driver has given the connection up.
    """
    if isinstance(error, WriteOnReader):
        return None
    if isinstance(error, ReadOnlyServer):
        return Fault.READ_ONLY
    code, state = _code(error), _sqlstate(error)
    if code in _READ_ONLY or state in _SQLSTATE_READ_ONLY:
        # 1290 also stands for other options that forbid a statement.
        return None if code == 1290 and "read" not in str(error) else Fault.READ_ONLY
    if closed or code in _LOST or state in _SQLSTATE_LOST or state.startswith("08"):
        return Fault.LOST
    return None


def turned_away(error: Error) -> bool:
    """A connect failed though the server is there: too many connections, a wrong password."""
    if isinstance(error, NoToken):
        return True
    if fault_of(error) is not None:
        return False
    return _code(error) in _OF_THE_SERVER or _sqlstate(error).startswith(_SQLSTATE_TURNED_AWAY)


def is_deadlock(error: Error) -> bool:
    """Others held the locks, or were preferred: running the transaction again may well work."""
    return _code(error) in _DEADLOCK or _sqlstate(error) in _SQLSTATE_DEADLOCK
