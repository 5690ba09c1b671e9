"""Several teachers edit the same thing: no save overwrites another one unknowingly."""

from collections.abc import Callable, Collection

from django.db import transaction
from django.utils import timezone

from courses.catalog.models import Editable


class ConflictError(Exception):
    """Another save came first; `saved` is what stands in the database now."""

    def __init__(self, saved: Editable) -> None:
        super().__init__(f"{saved._meta.label} {saved.pk} is at version {saved.version}")
        self.saved = saved


@transaction.atomic
def save_edit(
    *,
    edited: Editable,
    fields: Collection[str],
    version: int,
    also: Callable[[], object] | None = None,
) -> None:
    """Store `fields` of `edited` if `version` is still the saved one, and what hangs on it.

    One conditional update decides, so of two saves at the same moment one raises ConflictError
    and changes nothing. `also` stores what lives in other tables, in the same transaction.
    Saving something that lies in the bin, in the knowledge of it, takes it out.
    """
    manager = type(edited)._default_manager
    changed = manager.filter(pk=edited.pk, version=version).update(
        version=version + 1,
        updated_at=timezone.now(),
        deleted_at=None,
        **{field: getattr(edited, field) for field in fields},
    )
    if not changed:
        raise ConflictError(manager.get(pk=edited.pk))
    edited.version = version + 1
    if also is not None:
        also()
