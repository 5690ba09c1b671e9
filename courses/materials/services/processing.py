"""Which derivatives a file is to have, and another try of one that failed."""

from django.db import transaction
from django.utils import timezone

from courses.materials.models import Derivative, DerivativeState
from courses.materials.processing.steps import kinds_for
from courses.materials.signals import due
from elearning.uploads.models import Upload, UploadState


@transaction.atomic
def plan_processing(upload: Upload) -> int:
    """Let everything that this published file needs and has no row yet wait for a worker.

    Gives how many; twice is fine.
    """
    if upload.state != UploadState.PUBLISHED:
        return 0
    known = set(upload.derivatives.values_list("kind", flat=True))
    wanted: list[str] = [kind for kind in kinds_for(upload) if kind not in known]
    Derivative.objects.bulk_create(
        [Derivative(upload=upload, kind=kind) for kind in wanted], ignore_conflicts=True
    )
    # Rows of their own, or another's who planned at the same time: then both queue, and one
    # of the two finds nothing to do.
    waiting = upload.derivatives.filter(kind__in=wanted, state=DerivativeState.WAITING)
    for derivative in sorted(waiting, key=lambda one: wanted.index(one.kind)):
        due.send(sender=Derivative, derivative=derivative)
    return len(wanted)


@transaction.atomic
def try_again(derivative: Derivative) -> bool:
    """A teacher asks for another try of what failed; False if it has not failed (any more)."""
    changed = Derivative.objects.filter(pk=derivative.pk, state=DerivativeState.FAILED).update(
        state=DerivativeState.WAITING, attempts=0, progress=0, error="", updated_at=timezone.now()
    )
    if changed:
        due.send(sender=Derivative, derivative=derivative)
    return bool(changed)
