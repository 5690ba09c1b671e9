"""Files on their way to an activity: the first one, a replacement, and when they arrive."""

from contextlib import suppress
from functools import partial
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from courses.catalog.models import Activity, Lesson
from courses.catalog.registry import kind_of
from courses.catalog.services import add_activity
from courses.materials.models import Document, FileMaterial, Video
from courses.materials.services.processing import plan_processing
from courses.materials.services.quotas import require_course_room
from elearning.uploads import limits
from elearning.uploads import services as uploads
from elearning.uploads.models import Upload, UploadState

FILE_KINDS: dict[str, type[Video] | type[Document]] = {"video": Video, "document": Document}
"""The kinds that hold a file; an upload's category has its kind's name."""


def begin_material(
    *, lesson: Lesson, owner: User, name: str, size: int, token: str | None = None
) -> tuple[Activity, Upload]:
    """A draft activity for a file of `size` bytes, and the upload that will bring it.

    The file's name says whether it becomes a video or a document. Asked again with the same
    `token` it gives what it made before. Raises uploads' Refused, whose str() is for the
    teacher; nothing is made then.
    """
    earlier = uploads.begun(owner=owner, token=token)
    if earlier is not None:
        activity = _activity_of(earlier)
        if activity is not None:
            return activity, earlier
        token = None  # It has been replaced since: this is a new wish.
    try:
        return _make_material(lesson, owner, name, size, token)
    except IntegrityError:
        # The same request twice at once: the other one was first.
        earlier = uploads.begun(owner=owner, token=token)
        activity = _activity_of(earlier) if earlier is not None else None
        if earlier is None or activity is None:
            raise
        return activity, earlier


def _activity_of(upload: Upload) -> Activity | None:
    model = FILE_KINDS[upload.category]
    held = model.objects.filter(Q(next_upload=upload) | Q(upload=upload))
    material = held.select_related("activity").order_by("pk").first()
    return material.activity if material is not None else None


@transaction.atomic
def _make_material(
    lesson: Lesson, owner: User, name: str, size: int, token: str | None
) -> tuple[Activity, Upload]:
    category = limits.category_of(name) or "document"
    upload = uploads.begin(owner=owner, category=category, name=name, size=size, token=token)
    require_course_room(course_id=lesson.course_id, upload=upload)
    stem = PurePath(upload.name).stem or upload.name
    longest = Activity._meta.get_field("title").max_length
    activity = add_activity(
        lesson=lesson, kind=kind_of(Activity(kind=category)), title=stem[:longest]
    )
    FILE_KINDS[category].objects.filter(activity=activity).update(next_upload=upload)
    activity.refresh_from_db()
    return activity, upload


@transaction.atomic
def replace_upload(*, material: FileMaterial, owner: User, name: str, size: int) -> Upload:
    """Another file for this activity; the present one stays in use until it is verified.

    One that is still on its way is given up. Raises uploads' Refused, as `begin_material`.
    """
    model = type(material)
    category: limits.Category = "video" if isinstance(material, Video) else "document"
    # Of two replacements begun at once the later one sees the earlier one and supersedes it.
    locked = model._default_manager.select_for_update().get(pk=material.pk)
    superseded = locked.next_upload
    replacing = [pk for pk in (locked.upload_id, locked.next_upload_id) if pk is not None]
    upload = uploads.begin(
        owner=owner, category=category, name=name, size=size, replacing=replacing
    )
    course_id = locked.activity.lesson.course_id
    require_course_room(course_id=course_id, upload=upload, replacing=replacing)
    model._default_manager.filter(pk=locked.pk).update(next_upload=upload)
    if superseded is not None:
        # Only then: who gives the verdict on it holds its row and waits for the material's.
        transaction.on_commit(partial(_give_up, superseded), robust=True)
    return upload


def _give_up(upload: Upload) -> None:
    # Verified or rejected meanwhile: then there is nothing left to cancel.
    with suppress(uploads.Conflict):
        uploads.abort(upload)


@transaction.atomic
def settle(upload: Upload) -> bool:
    """Put a verified file into use where it is awaited; False where nobody awaits it any more.

    A rejected one stays where it is, so that the teacher reads why.
    """
    if upload.state != UploadState.VERIFIED:
        return False
    moved = sum(
        model.objects.filter(next_upload=upload).update(upload=upload, next_upload=None)
        for model in FILE_KINDS.values()
    )
    if moved and uploads.publish(upload):
        plan_processing(upload)
    return bool(moved)


def copy_file(*, source: Activity, target: Activity) -> None:
    """Let `target` hold the same file: files never change, so one may serve many."""
    model = FILE_KINDS[source.kind]
    upload_id = model.objects.filter(activity=source).values_list("upload_id", flat=True).first()
    model.objects.create(activity=target, upload_id=upload_id)
