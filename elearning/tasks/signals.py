"""What the queue tells those above it; for the jobs themselves see django_tasks.signals."""

from django.dispatch import Signal

worker_began = Signal()
"""In the process of a worker, before its first job."""
