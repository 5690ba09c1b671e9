"""`manage.py migrate` on a MariaDB that others work with meanwhile."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from elearning.db import migrating
from tests.drills.site import ROOT, environment

TABLE = "django_content_type"


@pytest.fixture
def short_patience(monkeypatch):
    monkeypatch.setattr(migrating, "TRIES", 2)
    monkeypatch.setattr(migrating, "PAUSE", 0)


@pytest.fixture
def others(pair, empty_database):
    """Another connection to the same database, in a transaction that does not end by itself."""
    call_command("migrate", "contenttypes", "0001", verbosity=0)
    other = pair.writer.connect()
    other.select_db(empty_database)
    other.autocommit(False)
    yield other
    other.close()


def read(other) -> None:
    cursor = other.cursor()
    cursor.execute(f"SELECT * FROM {TABLE}")
    cursor.fetchall()


def migrate() -> None:
    call_command("migrate", "contenttypes", "0002", verbosity=0)


def columns() -> set[str]:
    with connection.cursor() as cursor:
        return {
            column.name for column in connection.introspection.get_table_description(cursor, TABLE)
        }


def on_statement(beginning: str, number: int, act):
    """Calls `act` before the statement of that number that begins like this."""
    seen = []

    def look(execute, sql, params, many, context):
        if sql.startswith(beginning):
            seen.append(sql)
            if len(seen) == number:
                act()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(look)


def test_a_transaction_that_holds_the_table_makes_it_give_up_with_a_sentence(
    others, short_patience
):
    read(others)
    before = columns()

    with pytest.raises(
        CommandError, match=r"Gave up at contenttypes\.0002.*Nothing of it was done"
    ):
        migrate()

    assert columns() == before


def test_between_two_tries_those_who_waited_behind_it_get_through(
    pair, others, empty_database, short_patience, monkeypatch
):
    read(others)
    waited = []

    def others_read(self, execute, *statement):
        if statement[0].startswith("ALTER"):
            with pair.writer.connect() as site:
                site.select_db(empty_database)
                cursor = site.cursor()
                cursor.execute("SET SESSION lock_wait_timeout = 0")
                cursor.execute(f"SELECT * FROM {TABLE}")
                waited.append(statement)
        return usual(self, execute, *statement)

    usual = migrating.Statements._do
    monkeypatch.setattr(migrating.Statements, "_do", others_read)
    with pytest.raises(CommandError):
        migrate()

    assert len(waited) == migrating.TRIES


def test_it_goes_on_when_the_transaction_has_ended(others, short_patience, monkeypatch):
    read(others)
    tries = []
    usual = migrating.Statements._do

    def ends_after_the_first(self, execute, *statement):
        try:
            return usual(self, execute, *statement)
        except Exception:
            tries.append(statement)
            others.rollback()
            raise

    monkeypatch.setattr(migrating.Statements, "_do", ends_after_the_first)
    migrate()

    assert len(tries) == 1
    assert "name" not in columns()


def test_what_is_half_done_is_said(others, short_patience):
    """The first of two changes is done when the table is taken."""
    with (
        on_statement("ALTER TABLE", 2, lambda: read(others)),
        pytest.raises(CommandError, match=r"of its statements are done and stay done"),
    ):
        migrate()


def test_while_it_migrates_the_connection_gives_up_locks_soon_and_statements_late(others):
    found = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT @@lock_wait_timeout, @@max_statement_time")
            found.append((*cursor.fetchone(), connection.settings_dict["OPTIONS"]["read_timeout"]))

    usual = connection.settings_dict
    with on_statement("ALTER TABLE", 1, look):
        migrate()

    assert found == [(1, 3600.0, 3660)]
    assert connection.settings_dict is usual
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@lock_wait_timeout > 1, @@max_statement_time < 10")
        assert cursor.fetchone() == (1, 1)


def test_another_one_is_waited_for(others):
    with (
        migrating.alone(connection.copy(), wait_seconds=0),
        pytest.raises(CommandError, match="Another migrate is running"),
    ):
        call_command("migrate", "contenttypes", verbosity=0, wait_seconds=0)

    migrate()
    assert "name" not in columns()


def test_one_for_another_database_is_not(pair, others, empty_database):
    elsewhere = connection.copy()
    elsewhere.settings_dict = {**elsewhere.settings_dict, "NAME": "juku"}
    with migrating.alone(elsewhere, wait_seconds=0):
        call_command("migrate", "contenttypes", verbosity=0, wait_seconds=0)


def test_two_tasks_that_start_at_once_migrate_once(empty_database, tmp_path):
    env = {**os.environ, **environment(tmp_path, processes=1, threads=1)}
    database = connection.settings_dict
    env["DATABASE_URL"] = (
        f"mysql://{database['USER']}:{quote(database['PASSWORD'])}@{database['HOST']}"
        f":{database['PORT']}/{empty_database}"
    )
    env["DATABASE_READER_URL"] = ""
    command = [sys.executable, "manage.py", "migrate"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    both = [subprocess.Popen(command, cwd=ROOT, env=env, **pipes) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("No migrations to apply" in words for words in said) == [False, True]
