"""What elearning/db/migration_check says, and what a database says to the same examples."""

import contextlib
import re

import pytest
from django.db import DatabaseError, connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from elearning.db.migration_check.tables import tables_of
from tests.former_release import FormerRelease
from tests.migration_cases import APP, HARMFUL, HARMLESS, RENAME, TABLES, forgotten, former_state

FORMER_TABLES = "|".join(tables_of(former_state()))


@pytest.fixture
def former(empty_database):
    """The former release, whose tables are there, with rows in them."""
    migrate(ProjectState(), TABLES)
    former = FormerRelease(former_state())
    former.works()
    return former


def migrate(state, operations) -> None:
    """`state` is what was there before, and is then what is there."""
    migration = Migration("0001_tables", APP)
    migration.operations = list(operations)
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(state, editor)


@contextlib.contextmanager
def only_online():
    """The server refuses to alter a former table if nobody could write to it meanwhile."""

    def strictly(execute, sql, params, many, context):
        if re.match(rf"ALTER TABLE `({FORMER_TABLES})` ", sql):
            sql += ", ALGORITHM=INPLACE, LOCK=NONE"
        elif re.match(rf"CREATE INDEX .* ON `({FORMER_TABLES})` ", sql):
            sql += " ALGORITHM=INPLACE LOCK=NONE"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(strictly):
        yield


BREAKING = [name for name, case in HARMFUL.items() if case.breaks]
LOCKING = [name for name, case in HARMFUL.items() if case.locks]


@pytest.mark.parametrize("name", BREAKING)
def test_what_is_refused_breaks_the_former_release(former, name):
    def roll_out():
        migrate(former_state(), HARMFUL[name].operations)
        former.works()

    with pytest.raises(DatabaseError):
        roll_out()


@pytest.mark.parametrize("name", LOCKING)
def test_what_is_refused_cannot_be_done_while_others_write(former, name):
    with only_online(), pytest.raises(DatabaseError) as error:
        migrate(former_state(), HARMFUL[name].operations)

    assert error.value.args[0] in {1845, 1846}, error.value  # no such ALGORITHM, no such LOCK


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_let_through_is_done_while_others_write_and_noticed_by_nobody(former, name):
    with only_online():
        migrate(former_state(), HARMLESS[name])

    former.works()


def test_a_release_that_forgot_a_column_without_default_cannot_write(former):
    state = former_state()
    forgotten("seat").state_forwards(APP, state)

    with pytest.raises(DatabaseError, match="seat"):
        FormerRelease(state).works()


def test_each_of_four_releases_that_rename_a_column_works_beside_the_one_before(former):
    state = former_state()
    for release in RENAME:
        one_before = FormerRelease(state.clone())
        for operations in release:
            with only_online():
                migrate(state, operations)
            one_before.works()
        FormerRelease(state.clone()).works()

    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "school_student")
        cursor.execute("SELECT COUNT(*) FROM school_student WHERE reading = '1'")
        (filled,) = cursor.fetchone()
    assert "kana" not in {column.name for column in described}
    assert filled
