"""What an error says about the server."""

import pytest
from django.db.utils import DatabaseError, IntegrityError, InternalError, OperationalError

from elearning.db.errors import (
    Fault,
    Lost,
    NoToken,
    ReaderLost,
    ReadOnlyServer,
    WriteOnReader,
    WriterLost,
    fault_of,
    is_deadlock,
    turned_away,
)


class OfPsycopg(Exception):
    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def with_state(sqlstate, kind=OperationalError):
    error = kind("words")
    error.__cause__ = OfPsycopg(sqlstate)
    return error


@pytest.mark.parametrize("code", [1053, 1927, 2002, 2003, 2005, 2006, 2013, 2026, 2055, 4031])
def test_the_server_has_gone(code):
    assert fault_of(OperationalError(code, "words")) is Fault.LOST


@pytest.mark.parametrize("sqlstate", ["57P01", "57P02", "57P03", "08006", "08001"])
def test_postgresql_has_gone(sqlstate):
    assert fault_of(with_state(sqlstate)) is Fault.LOST


def test_the_driver_has_given_the_connection_up():
    assert fault_of(OperationalError("the connection is closed"), closed=True) is Fault.LOST


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(1290, "running with the --read-only option so it cannot execute"),
        OperationalError(1792, "Cannot execute statement in a READ ONLY transaction"),
        OperationalError(1836, "Running in read-only mode"),
        with_state("25006", InternalError),
        ReadOnlyServer("takes no writes"),
    ],
)
def test_it_takes_no_writes(error):
    assert fault_of(error) is Fault.READ_ONLY


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(1062, "Duplicate entry"),
        OperationalError(1205, "Lock wait timeout exceeded"),
        OperationalError(1213, "Deadlock found"),
        OperationalError(1290, "running with the --secure-file-priv option"),
        DatabaseError("words"),
        OperationalError(),
        WriteOnReader("not on the reader"),
        with_state("23505", IntegrityError),
    ],
)
def test_it_says_nothing_about_the_server(error):
    assert fault_of(error) is None


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(1213, "Deadlock found"),
        OperationalError(1205, "Lock wait timeout exceeded"),
        with_state("40P01"),
        with_state("40001"),
    ],
)
def test_running_the_transaction_again_may_work(error):
    assert is_deadlock(error)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(1040, "Too many connections"),
        OperationalError(1045, "Access denied"),
        OperationalError(1049, "Unknown database"),
        with_state("53300"),
        with_state("28P01"),
        NoToken("no credentials"),
    ],
)
def test_a_server_that_turns_us_away_is_there(error):
    assert turned_away(error)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(2003, "Can't connect"),
        OperationalError(1053, "Server shutdown in progress"),
        OperationalError("connection refused"),
        with_state("57P03"),
        ReadOnlyServer("takes no writes"),
    ],
)
def test_one_that_is_gone_or_demoted_does_not(error):
    assert not turned_away(error)


def test_a_constraint_is_no_deadlock():
    assert not is_deadlock(IntegrityError(1062, "Duplicate entry"))


def test_no_except_exception_stops_what_ends_a_request():
    for kind in (Lost, ReaderLost, WriterLost):
        assert not issubclass(kind, Exception)
