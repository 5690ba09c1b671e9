"""What harms the former release, or locks a large table. Each name is a key of words.RULES.

Only tables that the former release knows are looked at: what was made since is nobody's yet.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.db.migrations import RunPython, RunSQL
from django.db.migrations.operations.base import Operation

from elearning.db.migration_check.steps import Forgetting, Step
from elearning.db.migration_check.tables import Column, Table, Tables, Unique
from elearning.db.operations import AddIndexOnline, RunInBatches

Found = tuple[str, str]
"""The rule, and what breaks it."""

WIDENS = {
    ("SmallIntegerField", "IntegerField"),
    ("SmallIntegerField", "BigIntegerField"),
    ("IntegerField", "BigIntegerField"),
    ("PositiveSmallIntegerField", "PositiveIntegerField"),
    ("PositiveSmallIntegerField", "PositiveBigIntegerField"),
    ("PositiveIntegerField", "PositiveBigIntegerField"),
    ("CharField", "TextField"),
}
"""What the former release wrote fits, and it can read what it wrote; the table is copied."""

SHORT_VARCHAR = 63
"""Characters of utf8mb4 up to which MySQL keeps a VARCHAR's length in one byte."""

KNOWN = ("django.db.migrations.operations", "elearning.db.operations")


def problems_of(
    step: Step | Forgetting, *, released: Tables, small: frozenset[str]
) -> Iterator[Found]:
    """`released`: what the former release knows. `small`: tables that a migration may copy."""
    if isinstance(step, Forgetting):
        yield from _forgotten(step, released)
        return
    yield from _operation(step.operation)
    for name, known in released.items():
        if name not in step.before:
            continue
        if name not in step.after:
            yield "gone", f"table {name}"
            continue
        before, after = step.before[name], step.after[name]
        large = name not in small
        for column in {**before.columns, **after.columns}:
            for rule in _column(before, after, known, column, large):
                yield rule, f"column {name}.{column}"
        for unique, label in after.uniques.items():
            if unique not in before.uniques and not _always_null(unique, after, known):
                yield "unique", f"{label} on {name}"
        for index, label in after.indexes.items():
            online = isinstance(step.operation, AddIndexOnline)
            if large and index not in before.indexes and not online:
                yield "index", f"{label} on {name}"
        for constraint, label in after.constraints.items():
            if constraint not in before.constraints:
                yield "constraint", f"{label} on {name}"


def changed_tables(step: Step | Forgetting, released: Tables) -> bool:
    """Whether a table that the former release knows is altered, or dropped."""
    if isinstance(step, Forgetting):
        return False
    return any(step.before.get(name) != step.after.get(name) for name in released)


def wants_no_transaction(step: Step | Forgetting) -> Iterator[Found]:
    """In a migration with `atomic = True`, which on PostgreSQL is one transaction as a whole."""
    if isinstance(step, Step) and isinstance(step.operation, AddIndexOnline | RunInBatches):
        rule = "index" if isinstance(step.operation, AddIndexOnline) else "rows"
        yield rule, f"{step.operation.describe()}: the migration must say `atomic = False`"


def runs_code(step: Step | Forgetting) -> bool:
    return isinstance(step, Step) and isinstance(step.operation, RunPython | RunSQL)


def _operation(operation: Operation) -> Iterator[Found]:
    if isinstance(operation, RunPython):
        if not isinstance(operation, RunInBatches) and operation.code is not RunPython.noop:
            yield "rows", operation.describe()
    elif isinstance(operation, RunSQL):
        if operation.sql != RunSQL.noop:
            yield "unseen", operation.describe()
    elif not type(operation).__module__.startswith(KNOWN):
        yield "unseen", operation.describe()


def _column(before: Table, after: Table, known: Table, name: str, large: bool) -> Iterator[str]:
    old, new = before.columns.get(name), after.columns.get(name)
    if old is None and new is not None:
        if not new.null and new.default is None and not new.automatic:
            yield "required"
        computed = new.default is not None and not new.constant_default
        if large and (computed or new.stored or new.references):
            yield "copy"
    elif old is not None and new is None:
        if name in known.columns:
            yield "gone"
    elif old is not None and new is not None and old != new:
        yield from _altered(old, new, name in known.columns, large)


def _altered(old: Column, new: Column, known: bool, large: bool) -> Iterator[str]:
    tightens = old.null and not new.null
    forgets_default = not new.null and old.default is not None and new.default is None
    if forgets_default or (tightens and (known or new.default is None)):
        yield "required"
    elif large and tightens:
        yield "copy"
    widens = (old.kind, new.kind) in WIDENS
    was, becomes = old.length or 0, new.length or 0
    if not widens and (_type(old) != _type(new) or becomes < was):
        yield "type"
    elif large and (widens or was <= SHORT_VARCHAR < becomes):
        yield "copy"
    if large and new.references and new.references != old.references:
        yield "copy"


def _type(column: Column) -> Column:
    """All that makes a column's type, but for its length."""
    return replace(
        column, length=None, null=False, default=None, constant_default=False, references=None
    )


def _always_null(unique: Unique, table: Table, known: Table) -> bool:
    """The former release leaves one of the columns NULL, and no NULL equals another."""
    return not unique.nulls_are_equal and any(
        name not in known.columns
        and table.columns[name].null
        and table.columns[name].default is None
        for name in unique.columns
    )


def _forgotten(step: Forgetting, released: Tables) -> Iterator[Found]:
    for name in released:
        there, known = step.there.get(name), step.known.get(name)
        if there is None:
            continue
        for column, details in there.columns.items():
            if known is not None and column in known.columns:
                continue
            what = f"column {name}.{column}"
            if details.references:
                yield "orphan", what
            empty = details.null or details.default is not None or details.automatic
            if known is not None and not empty:
                yield "left_behind", what
