"""Into the bin and out again. Rows stay, and with them every student's progress."""

from django.db.models import F
from django.utils import timezone

from courses.catalog.models import Activity, Course, Lesson


def delete(*, item: Course | Lesson | Activity) -> None:
    """Put it in the bin; what belongs to it disappears with it and comes back with it."""
    now = timezone.now()
    type(item)._default_manager.filter(pk=item.pk, deleted_at=None).update(
        deleted_at=now, updated_at=now, version=F("version") + 1
    )


def restore(*, item: Course | Lesson | Activity) -> None:
    """Take it out of the bin, to the place where it was."""
    type(item)._default_manager.filter(pk=item.pk).exclude(deleted_at=None).update(
        deleted_at=None, updated_at=timezone.now(), version=F("version") + 1
    )
