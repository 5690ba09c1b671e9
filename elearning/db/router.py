"""Which database a query goes to. Only installed where there is a reader."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from elearning.db.aliases import READER, WRITER
from elearning.db.context import reads_from_reader


class Router:
    """Reads go where the work in hand reads from; all else goes to the writer.

    A model with `always_writer = True`, or of an app in DATABASE_WRITER_APPS, is read from the
    writer in every case: locks, counters, keys, the queue.
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if not reads_from_reader():
            return WRITER
        if getattr(model, "always_writer", False):
            return WRITER
        return WRITER if model._meta.app_label in settings.DATABASE_WRITER_APPS else READER

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return WRITER

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        return True if {one._state.db, other._state.db} <= {READER, WRITER} else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == READER else None
