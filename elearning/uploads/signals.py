"""What happens to an upload, for those who wait for it."""

from django.dispatch import Signal

completed = Signal()
"""Sent with `upload=` in the transaction that made it `uploaded`: all parts are there."""

settled = Signal()
"""Sent with `upload=` in the transaction that made it `verified` or `rejected`.

A receiver that fails takes the verdict back with it, so both hold or neither; the task can
simply be run again. It is also sent once more when a task is repeated: receivers must be
idempotent.
"""
