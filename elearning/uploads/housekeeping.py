"""What uploads leave behind, and how it is cleared away; `manage.py tidy_uploads` does it daily.

Every step may run beside uploads, workers and itself: rows change by conditional updates alone,
and to remove what is gone already is fine.
"""

import datetime
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from elearning.storage.current import material_storage
from elearning.storage.errors import StoreUnavailable, unavailable_said
from elearning.uploads import services
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.stores import FoundPlace, current_store

log = logging.getLogger(__name__)

T = TypeVar("T")

REFUSED_KEPT = datetime.timedelta(days=7)
"""So long the office can look at a file that was not accepted; the reason stays for ever."""
BATCH = 500
_ARRIVING = (UploadState.PENDING, UploadState.UPLOADED)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of clearing away: what it is, how often it was done, and how often it failed."""

    name: str
    done: int
    failed: int


@unavailable_said()
def require_storage() -> None:
    """Raises StoreRefuses if the storage is not there, or shut to us; StoreUnavailable.

    A new site's folder is made with its first file: nothing is asked before a row names one.
    """
    if Upload.objects.exclude(key="").exists():
        material_storage().check()


def tidy(*, dry_run: bool = False) -> Iterator[Step]:
    """Clear away, step by step; with `dry_run` only count. What fails is logged and left.

    Raises StoreRefuses before anything is changed.
    """
    # While the store is away, what the database alone knows is done all the same.
    with suppress(StoreUnavailable):
        require_storage()
    before = timezone.now() - datetime.timedelta(hours=settings.UPLOAD_KEEP_HOURS)
    store = current_store()
    step = partial(_step, dry_run=dry_run)
    yield step("silent uploads given up", _silent(before), partial(_give_up, before=before))
    yield step("settled uploads freed of their parts", _undropped(before), _drop_parts)
    yield step("refused files removed", _refused(), _remove_refused)
    yield step("parts removed that no upload names", _strays(before), store.clear)


def _step(
    name: str, things: Iterable[T], act: Callable[[T], bool | None], *, dry_run: bool
) -> Step:
    """`act` on each; it gives False where there was nothing left to do."""
    done = failed = 0
    try:
        for thing in things:
            try:
                done += dry_run or act(thing) is not False
            except StoreUnavailable:
                raise
            except Exception:
                which = thing.pk if isinstance(thing, Upload) else getattr(thing, "upload_id", None)
                log.exception("leave_for_next_time", extra={"step": name, "upload": which})
                failed += 1
    except StoreUnavailable:
        # It will not answer for the rest either.
        log.exception("stop_housekeeping", extra={"step": name})
        failed += 1
    return Step(name, done, failed)


def _silent(before: datetime.datetime) -> list[Upload]:
    return list(Upload.objects.filter(state=UploadState.PENDING, touched_at__lt=before))


def _give_up(upload: Upload, before: datetime.datetime) -> bool:
    """False if its sender has shown a sign of life, or completed it, meanwhile."""
    silent = Upload.objects.filter(
        pk=upload.pk, state=UploadState.PENDING, touched_at__lt=before
    ).update(state=UploadState.ABORTED)
    if silent:
        upload.refresh_from_db()
        _drop_parts(upload)
    return bool(silent)


def _undropped(before: datetime.datetime) -> list[Upload]:
    """Whose parts ought to be gone: the store was away, or the process died."""
    settled = Upload.objects.exclude(state__in=_ARRIVING).exclude(place="")
    return list(settled.filter(touched_at__lt=before))


def _drop_parts(upload: Upload) -> None:
    if not services.drop_parts(upload):
        raise StoreUnavailable


def _refused() -> list[Upload]:
    until = timezone.now() - REFUSED_KEPT
    refused = Upload.objects.filter(state=UploadState.REJECTED, verified_at__lt=until)
    return list(refused.exclude(key=""))


@unavailable_said()
def _remove_refused(upload: Upload) -> bool:
    material_storage().delete(upload.key)
    refused = Upload.objects.filter(pk=upload.pk, state=UploadState.REJECTED, key=upload.key)
    return bool(refused.update(key=""))


def _strays(before: datetime.datetime) -> Iterator[FoundPlace]:
    all_found = current_store().places(before)
    while found := list(islice(all_found, BATCH)):
        ids = [one.upload_id for one in found if one.upload_id]
        arriving = Upload.objects.filter(pk__in=ids, state__in=_ARRIVING)
        named = dict(arriving.values_list("pk", "place"))
        # One that names no place may have begun before there were several: its parts stay.
        yield from (
            one
            for one in found
            if one.upload_id is None or named.get(one.upload_id) not in ("", one.place)
        )
