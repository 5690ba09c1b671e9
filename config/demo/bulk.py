"""Many rows at once, with their ids, on every database."""

from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
BATCH = 1000


def bulk_create(model: type[Row], rows: list[Row]) -> None:
    """Insert `rows`; afterwards each knows its id.

    Aurora's MySQL gives no ids back from an INSERT of many rows; there they are inserted
    one by one, which is slow and right.
    """
    automatic = isinstance(model._meta.pk, models.AutoField)
    if automatic and not connection.features.can_return_rows_from_bulk_insert:
        for row in rows:
            row.save(force_insert=True)
    else:
        model._default_manager.bulk_create(rows, batch_size=BATCH)
