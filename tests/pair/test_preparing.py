"""`manage.py prepare_database`: a release prepares the database, whoever else does so too."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from elearning.db.migration_lock import LOOK_SECONDS, Taken, migration_lock

pytestmark = pytest.mark.on_postgresql


@pytest.fixture
def another():
    """A connection of another process."""
    connection = connections.create_connection("default")
    yield connection
    connection.close()


def test_it_may_be_run_again_at_any_time():
    before = MigrationRecorder(connections["default"]).applied_migrations()

    call_command("prepare_database", verbosity=0)
    call_command("prepare_database", verbosity=0)

    assert MigrationRecorder(connections["default"]).applied_migrations() == before


def test_while_another_one_is_at_it_nothing_is_changed(another):
    with (
        migration_lock(another, seconds=0),
        pytest.raises(CommandError, match="Another process is changing the tables"),
    ):
        call_command("prepare_database", wait=0, verbosity=0)


def test_the_second_waits_for_the_first(another):
    done = threading.Event()

    def second():
        try:
            call_command("prepare_database", wait=60, verbosity=0)
            done.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with migration_lock(another, seconds=0):
        thread.start()
        thread.join(LOOK_SECONDS)
        assert thread.is_alive()
    thread.join(60)

    assert done.is_set()


def test_a_migration_that_fails_leaves_no_lock(another):
    with pytest.raises(RuntimeError), migration_lock(another, seconds=0):
        raise RuntimeError

    with migration_lock(connections["default"], seconds=0):
        pass


def test_two_never_have_it(another):
    with (
        migration_lock(connections["default"], seconds=0),
        pytest.raises(Taken),
        migration_lock(another, seconds=0),
    ):
        pass
