"""Migration operations that let the former release go on while they run (docs/releases.md)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddIndex, RunPython
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import Model, QuerySet


class AddIndexOnline(AddIndex):
    """AddIndex that lets others write meanwhile, on PostgreSQL too.

    There the index is built CONCURRENTLY, which no transaction can hold: the migration must
    say `atomic = False`. MySQL and MariaDB let others write anyway.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        schema_editor.add_index(model, self.index, **_concurrently(schema_editor))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        index = from_state.models[app_label, self.model_name_lower].get_index_by_name(
            self.index.name
        )
        schema_editor.remove_index(model, index, **_concurrently(schema_editor))

    def describe(self) -> str:
        return f"{super().describe()}, online"


class RunInBatches(RunPython):
    """Goes through a table by its primary key, with a transaction of its own for each batch.

    `change(rows)` gets a queryset of at most `size` rows of the model as it is at this point of
    the migrations. It must bear to get the same rows again: what was done stays done when a later
    batch fails, and the migration is then run from its beginning. The migration must say
    `atomic = False`, or PostgreSQL makes one transaction of it all the same.
    """

    def __init__(
        self, model: str, change: Callable[["QuerySet[Model]"], Any], *, size: int = 1000
    ) -> None:
        self.model, self.change, self.size = model, change, size
        super().__init__(self._run, RunPython.noop, atomic=False)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model, self.change], {"size": self.size}

    def _run(self, apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        alias = schema_editor.connection.alias
        rows = apps.get_model(self.model)._base_manager.using(alias).order_by("pk")
        batch = rows
        while keys := list(batch.values_list("pk", flat=True)[: self.size]):
            with transaction.atomic(using=alias):
                self.change(rows.filter(pk__in=keys))
            batch = rows.filter(pk__gt=keys[-1])


def _concurrently(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, bool]:
    return {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
