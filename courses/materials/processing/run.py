"""One derivative from its row to its file, whatever happens to the worker meanwhile."""

import datetime
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone

from courses.materials.models import Derivative, DerivativeKind, DerivativeState, ExtractedText
from courses.materials.processing import pdf
from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble
from courses.materials.processing.making import make_file
from elearning.storage.current import material_storage
from elearning.storage.errors import StoreUnavailable, unavailable_said
from elearning.tasks.stopping import Interrupted, stopping
from elearning.uploads.models import UploadState

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
LOST_AFTER = datetime.timedelta(minutes=10)
"""Longer than a worker is silent while it works: fetching or storing a file of 5 GB."""
TELL_EVERY = 2.0
"""Seconds between two words on the progress; a teacher's page asks as often."""
STILL_THERE_EVERY = 30.0
"""Seconds between two signs of life while nothing moves."""


class Superseded(Exception):
    """Another worker has taken this over, or nobody wants it any more."""


def run(derivative_id: int) -> None:
    """Make one derivative, unless it is there or another worker has it in hand.

    May be called again whenever it may have died, and twice at a time: who claims the row does
    the work, and only he writes how it ended. Raises Interrupted if this worker was told to
    stop, StoreUnavailable, and any error that is not the file's own; the row then waits for the
    next try, or has failed after MOST_ATTEMPTS.
    """
    derivative = _claim(derivative_id)
    if derivative is None:
        return
    try:
        with tempfile.TemporaryDirectory(prefix="derivative-") as folder, unavailable_said():
            result = _make(derivative, Path(folder))
    except Superseded:
        log.warning("lose_derivative", extra={"derivative": derivative.pk, "kind": derivative.kind})
    except NotNeeded:
        _mine(derivative).delete()
    except CannotMake as refusal:
        _finish(derivative, state=DerivativeState.FAILED, error=refusal.trouble.value)
    except (Interrupted, StoreUnavailable):
        # Not the file's fault, so it does not count.
        attempts = derivative.attempts - 1
        _finish(derivative, state=DerivativeState.WAITING, progress=0, attempts=attempts)
        raise
    except Exception:
        known = {"derivative": derivative.pk, "kind": derivative.kind}
        log.exception("fail_derivative", extra=known | {"attempts": derivative.attempts})
        if derivative.attempts >= MOST_ATTEMPTS:
            _finish(derivative, state=DerivativeState.FAILED, error=Trouble.BROKEN_OFF.value)
        else:
            _finish(derivative, state=DerivativeState.WAITING, progress=0)
        raise
    else:
        _finish(derivative, state=DerivativeState.READY, progress=100, error="", **result)


def unfinished(derivative_id: int) -> Derivative | None:
    """The row, if there may still be something to do."""
    under_way = [DerivativeState.WAITING, DerivativeState.WORKING]
    return Derivative.objects.filter(
        pk=derivative_id, state__in=under_way, upload__state=UploadState.PUBLISHED
    ).first()


def _claim(derivative_id: int) -> Derivative | None:
    """The row with its upload, ours to make; None if it is somebody else's or done."""
    now = timezone.now()
    free = Q(state=DerivativeState.WAITING) | Q(
        state=DerivativeState.WORKING, updated_at__lt=now - LOST_AFTER
    )
    rows = Derivative.objects.filter(free, pk=derivative_id)
    published = rows.filter(upload__state=UploadState.PUBLISHED).select_related("upload")
    derivative = published.first()
    if derivative is None:
        return None
    same = rows.filter(attempts=derivative.attempts)
    if derivative.attempts >= MOST_ATTEMPTS:
        # It took a worker along each time.
        same.update(state=DerivativeState.FAILED, error=Trouble.BROKEN_OFF.value, updated_at=now)
        return None
    derivative.attempts += 1
    claimed = same.update(
        state=DerivativeState.WORKING, attempts=derivative.attempts, progress=0, updated_at=now
    )
    return derivative if claimed else None


def _mine(derivative: Derivative) -> Any:
    """The row as long as it is ours: whoever takes it over counts one attempt more."""
    return Derivative.objects.filter(
        pk=derivative.pk, state=DerivativeState.WORKING, attempts=derivative.attempts
    )


def _finish(derivative: Derivative, **outcome: Any) -> None:
    _mine(derivative).update(updated_at=timezone.now(), **outcome)


def _make(derivative: Derivative, folder: Path) -> dict[str, Any]:
    """Make it and store it; what the row is to hold then."""
    upload = derivative.upload
    storage = material_storage()
    with storage.local_path(upload.key) as source:
        if derivative.kind == DerivativeKind.TEXT:
            words = pdf.read_text(source, folder=folder)
            ExtractedText.objects.update_or_create(upload=upload, defaults={"body": words})
            return {}
        made = make_file(derivative, source, folder, _Teller(derivative))
    key = f"derived/{upload.pk}/{derivative.kind}{made.path.suffix}"
    storage.put(made.path, key, content_type=made.content_type)
    return {
        "key": key,
        "content_type": made.content_type,
        "size": made.path.stat().st_size,
        "width": made.width,
        "height": made.height,
        "bit_rate": made.bit_rate,
    }


class _Teller:
    """Writes the progress now and then, and asks whether to go on."""

    def __init__(self, derivative: Derivative) -> None:
        self.derivative = derivative
        self.percent = 0
        self.told_at = time.monotonic()

    def __call__(self, percent: int) -> None:
        """Raises Interrupted if the worker is to stop, Superseded if the row is not ours."""
        if stopping():
            raise Interrupted
        silent = time.monotonic() - self.told_at
        if silent < (TELL_EVERY if percent != self.percent else STILL_THERE_EVERY):
            return
        ours = _mine(self.derivative).update(progress=percent, updated_at=timezone.now())
        if not ours:
            raise Superseded
        self.percent, self.told_at = percent, time.monotonic()
