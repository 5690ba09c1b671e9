"""Claiming a key, keeping the answer under it, and removing old ones."""

import datetime
import hashlib

from django.db import IntegrityError, OperationalError, connections
from django.db.models import QuerySet
from django.http import HttpResponse

from elearning.db.aliases import WRITER
from elearning.db.idempotency.models import IdempotencyKey

BATCH = 1000
"""Rows that one DELETE removes: a long one would hold up those who answer meanwhile."""
_LOCKED = {
    1205,  # MariaDB's answer to NOWAIT, and after waiting for too long
    3572,  # MySQL's answer to NOWAIT
}
_SQLSTATE_LOCKED = {
    "55P03",  # the lock is not to be had
    "57014",  # the statement has waited for too long
}


class Locked(Exception):
    """Another request has the key's row in hand."""


class Outrun(Exception):
    """Another request took the key between our look and our insert, and has ended since."""


def rows_of(*, owner: int, key: str) -> QuerySet[IdempotencyKey]:
    """The one row of this person's key, or none; `key` as the client sent it."""
    return IdempotencyKey.objects.using(WRITER).filter(owner=owner, key=_stored(key))


def claim(*, owner: int, key: str, fingerprint: str) -> tuple[IdempotencyKey, bool]:
    """The key's row, and whether it is new: ours to fill. To be called in a transaction.

    A row that is not new holds the answer. Raises Locked or Outrun, after either of which the
    transaction must be rolled back.
    """
    nowait = connections[WRITER].features.has_select_for_update_nowait
    row = IdempotencyKey(owner=owner, key=_stored(key), fingerprint=fingerprint)
    try:
        known = rows_of(owner=owner, key=key).select_for_update(nowait=nowait).first()
        if known is not None:
            return known, False
        row.save(using=WRITER, force_insert=True)
    except IntegrityError as error:
        raise Outrun from error
    except OperationalError as error:
        if _is_locked(error):
            raise Locked from error
        raise
    return row, True


def keep(row: IdempotencyKey, response: HttpResponse, *, wants_pin: bool) -> None:
    """The answer that repeats will get; its body must be text."""
    row.status = response.status_code
    row.content_type = response.headers.get("Content-Type", "")
    row.body = response.content.decode(response.charset)
    row.wants_pin = wants_pin
    row.save(using=WRITER, update_fields=["status", "content_type", "body", "wants_pin"])


def release(row: IdempotencyKey) -> None:
    """Forget the key: a repeat runs the view again."""
    row.delete(using=WRITER)


def purge(*, before: datetime.datetime) -> int:
    """Remove what was answered before this moment, in small batches; how many there were."""
    old = IdempotencyKey.objects.using(WRITER).filter(created_at__lt=before)
    removed = 0
    while batch := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        removed += old.filter(pk__in=batch).delete()[0]
    return removed


def _stored(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _is_locked(error: OperationalError) -> bool:
    code = error.args[0] if error.args else None
    return code in _LOCKED or getattr(error.__cause__, "sqlstate", None) in _SQLSTATE_LOCKED
