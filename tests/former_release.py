"""A former release at work: it creates, reads and changes a row of every table that it knows.

Its models are those of a state of the migrations, so its statements name the columns that it knew.
"""

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.migrations.state import ProjectState

NOW = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
VALUES = {
    "BooleanField": lambda tick: False,
    # Each later than the one before: what ends must have begun.
    "DateField": lambda tick: (NOW + datetime.timedelta(days=tick)).date(),
    "DateTimeField": lambda tick: NOW + datetime.timedelta(days=tick),
    "TimeField": lambda tick: (NOW + datetime.timedelta(seconds=tick)).time(),
    "JSONField": lambda tick: {},
    "DurationField": lambda tick: datetime.timedelta(seconds=tick),
    "UUIDField": lambda tick: uuid.uuid4(),
    "BinaryField": lambda tick: b"",
    "GenericIPAddressField": lambda tick: "127.0.0.1",
}


class FormerRelease:
    """Not to be used twice on the same database."""

    def __init__(self, state: ProjectState) -> None:
        self.models = [
            model
            for model in state.apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy and not model._meta.swapped
        ]
        self.rows = 0
        self.ticks = 0

    def works(self) -> None:
        """Raises what the database says when it can't."""
        for model in self.models:
            # Two that are alike as far as this release allows it.
            for row in (self.create(model), self.create(model)):
                found = model._base_manager.get(pk=row.pk)
                found.save(force_update=bool(_changeable(model)))

    def create(self, model: type[models.Model]) -> models.Model:
        self.rows += 1
        varying = _unique_fields(model)
        values = {}
        for field in model._meta.local_concrete_fields:
            if field.generated or isinstance(field, models.AutoField):
                continue
            if field.name not in varying and (
                field.null or field.has_default() or field.has_db_default()
            ):
                continue
            values[field.name] = self.value(field, self.rows if field.name in varying else 1)
        return model._base_manager.create(**values)

    def value(self, field: Any, number: int) -> Any:
        if field.is_relation:
            return self.create(field.related_model)
        if field.choices and number == 1:
            return field.flatchoices[0][0]
        kind = field.get_internal_type()
        if kind in VALUES:
            self.ticks += 1
            return VALUES[kind](self.ticks)
        return f"{number}"[: field.max_length] if _is_text(kind) else number


def _unique_fields(model: type[models.Model]) -> set[str]:
    names = {field.name for field in model._meta.local_concrete_fields if field.unique}
    names.update(*model._meta.unique_together)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names.update(constraint.fields)
    return names


def _changeable(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


def _is_text(kind: str) -> bool:
    return kind in {"CharField", "TextField", "SlugField", "FileField", "FilePathField"}
