"""What PostgreSQL needs other than MariaDB; under MariaDB's settings these are left out."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.migrations import AddIndex
from django.db.migrations.state import ProjectState

from elearning.db import migrating
from elearning.db.operations import AddIndexOnline
from tests.migration_cases import APP, HARMFUL, HARMLESS, TABLES

pytestmark = [
    pytest.mark.on_postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL"),
]
psycopg = pytest.importorskip("psycopg")
INDEX = models.Index(fields=["name"], name="campus_by_name")


@pytest.fixture
def other(pair, transactional_db):
    """Another connection, which waits for no lock."""
    with pair.writer.connect(connection.settings_dict["NAME"]) as other:
        other.execute("SET lock_timeout = '50ms'")
        yield other


def states(operation):
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation.state_forwards("accounts", after)
    return before, after


def write(other) -> None:
    other.execute("INSERT INTO accounts_campus (name) VALUES ('新')")


def test_nobody_writes_while_a_plain_index_is_added(other):
    plain = AddIndex("campus", INDEX)
    with connection.schema_editor() as editor:
        plain.database_forwards("accounts", editor, *states(plain))
        with pytest.raises(psycopg.errors.LockNotAvailable):
            write(other)
        transaction.set_rollback(True)


def test_others_write_while_one_is_added_online(other):
    online = AddIndexOnline("campus", INDEX)
    before, after = states(online)
    statements = []

    def look(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look), connection.schema_editor(atomic=False) as editor:
        online.database_forwards("accounts", editor, before, after)
        write(other)
        online.database_backwards("accounts", editor, after, before)

    assert [sql.split(' "')[0] for sql in statements if "INDEX" in sql] == [
        "CREATE INDEX CONCURRENTLY",
        "DROP INDEX CONCURRENTLY IF EXISTS",
    ]


def test_a_transaction_that_holds_the_table_makes_it_give_up_with_a_sentence(other):
    with other.transaction():
        other.execute("SELECT * FROM mfa_authenticator")
        with pytest.raises(CommandError, match=r"Gave up at mfa\.0003.*Nothing of it was done"):
            call_command("migrate", "mfa", "0002", verbosity=0)
    write(other)


def test_another_one_is_waited_for(other):
    with (
        migrating.alone(connection.copy(), wait_seconds=0),
        pytest.raises(CommandError, match="Another migrate is running"),
    ):
        call_command("migrate", "mfa", verbosity=0, wait_seconds=0)
    call_command("migrate", "mfa", verbosity=0, wait_seconds=0)


@pytest.mark.parametrize(
    ("name", "anew"),
    [
        ("a new column has a computed default", True),
        ("a new column is computed and kept", True),
        ("a number grows", True),
        ("a new column has the database's default", False),
        ("a new column may be empty", False),
        ("a text grows below 255 bytes", False),
        ("a long text grows", False),
        ("a column may be empty from now on", False),
    ],
)
def test_a_table_is_written_anew_by_what_is_refused_only(other, name, anew):
    operations = HARMFUL[name].operations if name in HARMFUL else HARMLESS[name]
    state = ProjectState()
    with connection.schema_editor() as editor:
        for operation in [*TABLES, *operations]:
            if operation is operations[0]:
                before = where()
            former = state.clone()
            operation.state_forwards(APP, state)
            operation.database_forwards(APP, editor, former, state)
        assert (where() != before) is anew
        editor.deferred_sql.clear()
        transaction.set_rollback(True)


def where() -> int:
    """The file that holds the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode('school_student')")
        return cursor.fetchone()[0]
