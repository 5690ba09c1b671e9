"""The newer migrations, operation by operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.migrations import Migration, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from elearning.db.migration_check.tables import Tables, tables_of


@dataclass(frozen=True, slots=True)
class Step:
    """One operation as the database meets it."""

    operation: Operation
    before: Tables
    after: Tables

    @property
    def changes_tables(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Forgetting:
    """SeparateDatabaseAndState: what is in the database, and what the new release knows of it."""

    there: Tables
    known: Tables


def steps(migration: Migration, state: ProjectState) -> Iterator[Step | Forgetting]:
    """`state` is the one before the migration, and afterwards the one after it."""
    for operation in migration.operations:
        yield from _steps(operation, migration.app_label, state)


def _steps(
    operation: Operation, app_label: str, state: ProjectState
) -> Iterator[Step | Forgetting]:
    if isinstance(operation, SeparateDatabaseAndState):
        database = state.clone()
        for inner in operation.database_operations:
            yield from _steps(inner, app_label, database)
        operation.state_forwards(app_label, state)
        yield Forgetting(there=tables_of(database), known=tables_of(state))
        return
    before = tables_of(state)
    operation.state_forwards(app_label, state)
    yield Step(operation, before, tables_of(state))
