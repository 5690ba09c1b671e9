"""What happens to materials, for those who wait for it."""

from django.dispatch import Signal

due = Signal()
"""Sent with `derivative=` in the transaction that made it wait for a worker."""
