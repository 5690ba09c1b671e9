"""`found(operations)`: what the check says of them; `state` is then the one after them."""

import pytest
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from elearning.db.migration_check.rules import problems_of
from elearning.db.migration_check.steps import steps
from elearning.db.migration_check.tables import Tables, tables_of
from tests.migration_cases import APP, former_state


@pytest.fixture
def found():
    def found(
        *operations: Operation,
        small: tuple[str, ...] = (),
        state: ProjectState | None = None,
        released: Tables | None = None,
    ) -> list[tuple[str, str]]:
        state = state or former_state()
        released = released or tables_of(state)
        migration = Migration("0002_next", APP)
        migration.operations = list(operations)
        return [
            problem
            for step in steps(migration, state)
            for problem in problems_of(step, released=released, small=frozenset(small))
        ]

    return found
