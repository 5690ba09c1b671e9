"""Publish and withdraw with one click."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.catalog.models import Activity, Course, Lesson, State


def set_state(*, item: Course | Lesson | Activity, state: State) -> bool:
    """Publish it or make it a draft again; whether that changed anything.

    Counts as an edit: a form that was open meanwhile will not silently undo it.
    """
    changed = (
        type(item)
        ._default_manager.filter(pk=item.pk)
        .exclude(state=state)
        .update(state=state, version=F("version") + 1, updated_at=timezone.now())
    )
    item.state = state
    return bool(changed)


@transaction.atomic
def publish_lesson(*, lesson: Lesson) -> int:
    """Publish the lesson with all its drafts; how many activities were drafts."""
    set_state(item=lesson, state=State.PUBLISHED)
    return Activity.objects.filter(lesson=lesson, deleted_at=None, state=State.DRAFT).update(
        state=State.PUBLISHED, version=F("version") + 1, updated_at=timezone.now()
    )
