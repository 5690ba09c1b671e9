"""What was answered to a request that may be sent again."""

from django.db import models
from django.utils import timezone


class IdempotencyKey(models.Model):
    """One key of one person, and the answer to the request that bore it.

    The row is written in the transaction of the request itself: whoever can read it reads a
    finished answer. `manage.py purge_idempotency_keys` removes old ones.
    """

    always_writer = True
    """Never asked of a replica, where an answer given a moment ago may be missing yet."""

    owner = models.BigIntegerField()
    """The person's primary key. No foreign key: each request would pay for its check."""
    key = models.CharField(max_length=64)
    """SHA-256 in hex of what the client sent: a database that compares text without regard to
    case must not take two keys for one."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 in hex of the request: see requests.py."""
    status = models.PositiveSmallIntegerField(default=0)
    """0 until the view has answered, which only its own transaction sees."""
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    wants_pin = models.BooleanField(default=False)
    """The answer came with a pin, which a repeat needs as well."""
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_answer_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key[:8]}: {self.status}"
