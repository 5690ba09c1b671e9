"""A state of the migrations as what a database makes of it, so that two of them can be compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.migrations.state import ProjectState
from django.db.models import Value
from django.db.models.fields.related import ForeignKey

CHARACTERS = {"CharField", "SlugField", "FileField", "FilePathField"}
KIND_OF_KEY = {
    "AutoField": "IntegerField",
    "BigAutoField": "BigIntegerField",
    "SmallAutoField": "SmallIntegerField",
}
"""What a column is that refers to such a key."""

PART_OF_TYPE = ("max_digits", "decimal_places", "db_collation", "base_field", "size", "srid")
"""Arguments of fields that end up in the column's type, beside max_length."""


@dataclass(frozen=True, slots=True)
class Column:
    kind: str
    """The field's internal type; for a reference the type of what it refers to."""
    length: int | None
    """In characters, of a VARCHAR; else None."""
    rest_of_type: str
    null: bool
    default: str | None
    """The database's own default; Django takes `default` away again after adding a column."""
    constant_default: bool
    references: str | None
    """The table, if the database itself keeps the reference."""
    primary_key: bool
    automatic: bool
    """The database gives the value: AUTO_INCREMENT, or GENERATED."""
    stored: bool
    """GENERATED and kept in the row."""


@dataclass(frozen=True, slots=True)
class Unique:
    columns: tuple[str, ...]
    """Empty if it is about expressions."""
    nulls_are_equal: bool = False
    rest: str = ""


@dataclass(slots=True)
class Table:
    columns: dict[str, Column] = field(default_factory=dict)
    uniques: dict[Unique, str] = field(default_factory=dict)
    """With the name to show. The same for indexes: what they are called makes no difference."""
    indexes: dict[str, str] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    """CHECK, EXCLUDE and whatever else a row must satisfy."""


Tables = dict[str, Table]


def tables_of(state: ProjectState) -> Tables:
    """By name; tables between the two ends of a ManyToManyField are among them."""
    return {
        model._meta.db_table: _table(model)
        for model in state.apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    }


def _table(model: type[models.Model]) -> Table:
    table = Table()
    column: Any
    for column in model._meta.local_concrete_fields:
        table.columns[column.column] = _column(column)
        if column.unique and not column.primary_key:
            table.uniques[Unique((column.column,))] = column.column
        elif column.db_index and not column.unique:
            table.indexes[_index((column.column,))] = column.column
    for names in model._meta.unique_together:
        columns = _columns(model, names)
        table.uniques[Unique(columns)] = "+".join(columns)
    for index in model._meta.indexes:
        _, arguments, options = index.deconstruct()
        options.pop("name", None)
        options.pop("fields", None)
        about = _columns(model, [name.lstrip("-") for name in index.fields])
        order = "".join("-" if name.startswith("-") else "+" for name in index.fields)
        table.indexes[_index(about, order, type(index), arguments, options)] = index.name
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            table.uniques[_unique(model, constraint)] = constraint.name
        else:
            table.constraints[repr(constraint)] = constraint.name
    return table


def _column(field: Any) -> Column:
    target = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    kind = target.get_internal_type()
    refers: bool = isinstance(field, ForeignKey)
    if refers:
        kind = KIND_OF_KEY.get(kind, kind)
    generated: bool = isinstance(field, models.GeneratedField)
    if generated:
        kind = field.output_field.get_internal_type()
    is_text = kind in CHARACTERS
    arguments = target.deconstruct()[3]
    default = field._db_default_expression if field.has_db_default() else None
    return Column(
        kind="CharField" if is_text else kind,
        length=target.max_length if is_text else None,
        rest_of_type=repr([(key, arguments[key]) for key in PART_OF_TYPE if key in arguments])
        + (repr(field.expression) if generated else ""),
        null=field.null,
        default=None if default is None else repr(default),
        constant_default=isinstance(default, Value),
        references=field.target_field.model._meta.db_table
        if refers and field.db_constraint
        else None,
        primary_key=field.primary_key,
        automatic=generated or isinstance(field, models.AutoField),
        stored=generated and field.db_persist,
    )


def _columns(model: type[models.Model], names: Iterable[str]) -> tuple[str, ...]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return tuple(field.column for field in fields)


def _index(columns: tuple[str, ...], *rest: Any) -> str:
    return repr((columns, *rest))


def _unique(model: type[models.Model], constraint: models.UniqueConstraint) -> Unique:
    return Unique(
        columns=_columns(model, constraint.fields),
        nulls_are_equal=constraint.nulls_distinct is False,
        rest=repr((constraint.expressions, constraint.condition)),
    )
