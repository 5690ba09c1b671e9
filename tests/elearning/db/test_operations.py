"""Operations of ours, for migrations of a site that goes on."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import Campus
from elearning.db.operations import AddIndexOnline, RunInBatches
from tests.migration_cases import rename

EDITOR = SimpleNamespace(connection=connection)


@pytest.fixture
def campuses(db):
    return [Campus.objects.create(name=f"第 {number} 校") for number in range(5)]


def test_every_row_is_in_exactly_one_batch(campuses):
    batches = []
    operation = RunInBatches(
        "accounts.Campus", lambda rows: batches.append([row.pk for row in rows]), size=2
    )
    operation.code(apps, EDITOR)

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [pk for batch in batches for pk in batch] == [campus.pk for campus in campuses]


def test_what_was_done_stays_done_when_a_later_batch_fails(campuses):
    def change(rows):
        rows.update(name=Concat(Value("新"), F("name")))
        if rows.filter(pk=campuses[3].pk).exists():
            raise ValueError("the fourth")

    with pytest.raises(ValueError, match="the fourth"):
        RunInBatches("accounts.Campus", change, size=2).code(apps, EDITOR)

    names = [Campus.objects.get(pk=campus.pk).name for campus in campuses]
    assert names == ["新第 0 校", "新第 1 校", "第 2 校", "第 3 校", "第 4 校"]


def test_it_is_no_transaction_by_itself():
    assert RunInBatches("accounts.Campus", rename).atomic is False


def test_both_can_be_written_into_a_migration_file():
    migration = Migration("0002_next", "school")
    index = models.Index(fields=["kana"], name="by_kana")
    migration.operations = [
        AddIndexOnline("student", index),
        RunInBatches("school.Student", rename, size=50),
    ]
    found: dict = {}
    exec(MigrationWriter(migration).as_string(), found)  # noqa: S102 - our own

    online, batches = found["Migration"].operations
    assert (type(online), online.index) == (AddIndexOnline, index)
    assert (batches.model, batches.change, batches.size) == ("school.Student", rename, 50)


@pytest.mark.django_db(transaction=True)
def test_an_index_is_added_and_removed_again():
    state = ProjectState.from_apps(apps)
    operation = AddIndexOnline("campus", models.Index(fields=["name"], name="campus_by_name"))
    after = state.clone()
    operation.state_forwards("accounts", after)

    with connection.schema_editor() as editor:
        operation.database_forwards("accounts", editor, state, after)
    assert "campus_by_name" in constraints()
    with connection.schema_editor() as editor:
        operation.database_backwards("accounts", editor, after, state)
    assert "campus_by_name" not in constraints()


def constraints() -> dict:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, "accounts_campus")
