"""The row by which the monitor measures how far the reader is behind."""

from django.db import models


class Heartbeat(models.Model):
    """One row. Every process counts it up on the writer and waits for it on the reader."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    beat = models.PositiveBigIntegerField(default=0)

    always_writer = True

    def __str__(self) -> str:
        return str(self.beat)
