"""An object that was read from the reader must not be saved whole: its columns may be stale.

`save(update_fields=[…])` names what is meant, and passes. Whole, it is refused where
REFUSE_STALE_SAVES is set (tests, a developer's machine) and logged elsewhere.
"""

import logging
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import pre_save
from django.dispatch import receiver

from elearning.db.aliases import READER

log = logging.getLogger("elearning.db")


class StaleSave(Exception):
    """A programming error: read it with select_for_update(), or name the fields."""


@receiver(pre_save, dispatch_uid="elearning_db.stale_saves")
def refuse(
    sender: type[Model],
    instance: Model,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    if raw or update_fields is not None or instance._state.adding:
        return
    if instance._state.db != READER:
        return
    if settings.REFUSE_STALE_SAVES:
        raise StaleSave(
            f"{sender._meta.label} {instance.pk} was read from the reader and is saved whole."
        )
    log.error("save_stale", stack_info=True, extra={"model": sender._meta.label})
