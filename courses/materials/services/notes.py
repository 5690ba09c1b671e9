"""Notes: their text, and their copies."""

from courses.catalog.models import Activity
from courses.materials.models import Note


def save_note(*, activity: Activity, body: str) -> None:
    """Store the text; the caller's transaction has settled which edit came first."""
    Note.objects.update_or_create(activity=activity, defaults={"body": body})


def copy_note(*, source: Activity, target: Activity) -> None:
    body = Note.objects.filter(activity=source).values_list("body", flat=True).first()
    Note.objects.create(activity=target, body=body or "")
