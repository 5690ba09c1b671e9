"""`manage.py prepare_database`: a release prepares the database, whoever else does so too."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.on_postgresql

TABLE = "a_cache_of_this_test"


@pytest.fixture(autouse=True)
def cache_in_the_database(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": TABLE,
        }
    }
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def tables():
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def test_it_migrates_makes_the_table_of_the_cache_and_may_be_run_again():
    before = MigrationRecorder(connection).applied_migrations()

    call_command("prepare_database", verbosity=0)
    call_command("prepare_database", verbosity=0)

    assert MigrationRecorder(connection).applied_migrations() == before
    assert TABLE in tables()


def test_of_two_at_once_neither_fails():
    said = []

    def prepare():
        try:
            call_command("prepare_database", verbosity=0)
            said.append("done")
        finally:
            connections.close_all()

    both = [threading.Thread(target=prepare) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)

    assert said == ["done", "done"]
    assert TABLE in tables()


def test_asked_for_the_plan_it_changes_nothing():
    call_command("prepare_database", plan=True, verbosity=0)

    assert TABLE not in tables()
