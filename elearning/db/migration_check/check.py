"""Every migration that is newer than the release, rule by rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from elearning.db.migration_check.released import Node, Released
from elearning.db.migration_check.rules import (
    changed_tables,
    problems_of,
    runs_code,
    wants_no_transaction,
)
from elearning.db.migration_check.steps import steps
from elearning.db.migration_check.tables import tables_of
from elearning.db.migration_check.words import RULES


@dataclass(frozen=True, slots=True)
class Problem:
    migration: str
    """`app.name`"""
    rule: str
    what: str
    allowed: str = ""
    """Why it is all right here."""


@dataclass(frozen=True, slots=True)
class Result:
    migrations: list[str]
    """Those that are newer, in the order in which they run."""
    problems: list[Problem]
    """Allowed ones too."""
    idle: list[str]
    """What is allowed though nothing needs it."""

    @property
    def refused(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.allowed]


def check(loader: MigrationLoader, released: Released, small: frozenset[str]) -> Result:
    """NotReadable if `released` does not fit the migrations that are here."""
    nodes = released.nodes(loader)
    newer = list(_newer(loader, nodes))
    state = loader.project_state(nodes)
    known = tables_of(state)
    problems = []
    for migration in newer:
        label = f"{migration.app_label}.{migration.name}"
        reasons = released.allowed.get(label, {})
        found = []
        for step in steps(migration, state):
            each = list(problems_of(step, released=known, small=small))
            if migration.atomic:
                each += wants_no_transaction(step)
            found.append((step, each))
        rules = [each for _, all_of_step in found for each in all_of_step]
        altering = sum(changed_tables(step, known) for step, _ in found)
        changing = sum(getattr(step, "changes_tables", False) for step, _ in found)
        if altering and changing > 1:
            rules.append(("several", f"{changing} operations that change tables"))
        if altering and any(runs_code(step) for step, _ in found):
            rules.append(("mixed", "changes of tables and of rows"))
        problems += [Problem(label, rule, what, reasons.get(rule, "")) for rule, what in rules]
    used = {(problem.migration, problem.rule) for problem in problems}
    idle = [
        f"{label}: {rule}"
        for label, reasons in released.allowed.items()
        for rule in reasons
        if (label, rule) not in used or rule not in RULES
    ]
    names = [f"{migration.app_label}.{migration.name}" for migration in newer]
    return Result(names, problems, idle)


def _newer(loader: MigrationLoader, released: list[Node]) -> Iterator[Migration]:
    plan = loader.graph.forwards_plan
    seen = {node for last in released for node in plan(last)}
    for leaf in sorted(loader.graph.leaf_nodes()):
        for node in plan(leaf):
            if node not in seen:
                seen.add(node)
                yield loader.graph.nodes[node]
