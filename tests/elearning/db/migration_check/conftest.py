"""`found(operations)`: what the check says of them, one migration after another."""

import pytest
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation

from elearning.db.migration_check.rules import problems_of
from elearning.db.migration_check.steps import steps
from elearning.db.migration_check.tables import tables_of
from tests.migration_cases import APP, former_state


@pytest.fixture
def found():
    def found(*operations: Operation, small: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        state = former_state()
        released = tables_of(state)
        migration = Migration("0002_next", APP)
        migration.operations = list(operations)
        return [
            problem
            for step in steps(migration, state)
            for problem in problems_of(step, released=released, small=frozenset(small))
        ]

    return found
