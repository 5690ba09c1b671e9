"""The workers that are alive."""

from django.db import models


class WorkerBeat(models.Model):
    """A worker's sign of life, renewed every few seconds; see reaper.py for who looks at it."""

    always_writer = True
    """A replica that is behind would show living workers as dead."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    """As in DBTaskResult.worker_ids, whose last one has the job in hand."""
    beat_at = models.DateTimeField()
    """By the worker's own clock: only compared with what it was before."""

    def __str__(self) -> str:
        return self.worker_id
