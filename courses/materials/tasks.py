"""What is made of files, outside of any request."""

from contextlib import suppress
from typing import Any

from django.dispatch import receiver
from django_tasks.base import Task

from courses.materials.models import Derivative
from courses.materials.processing import run
from courses.materials.processing.steps import RENDITIONS
from courses.materials.signals import due
from elearning.storage.errors import StoreUnavailable
from elearning.tasks.queue import MEDIA, enqueue, enqueue_later, task

AGAIN_AFTER = run.LOST_AFTER
"""Not earlier than a worker that fell silent may be given up."""


@task()
def make_derivative(derivative_id: int) -> None:
    """Make one derivative.

    Comes again later as long as there is something to do: another worker has it in hand, and
    may die, or the store is away. What failed otherwise, the queue tries again.
    """
    derivative = run.unfinished(derivative_id)
    if derivative is None:
        return
    with suppress(StoreUnavailable):
        run.run(derivative_id)
    if run.unfinished(derivative_id):
        enqueue_later(AGAIN_AFTER, _job(derivative), derivative_id)


def _job(derivative: Derivative) -> "Task[..., Any]":
    """A film may take an hour: it waits in a queue of its own, and keeps nobody waiting."""
    return (
        make_derivative.using(queue_name=MEDIA)
        if derivative.kind in RENDITIONS
        else make_derivative
    )


@receiver(due, dispatch_uid="materials.make")
def queue_making(sender: object, derivative: Derivative, **kwargs: Any) -> None:
    """Services may not know tasks, so the work is queued by what they announce."""
    enqueue(_job(derivative), derivative.pk)
