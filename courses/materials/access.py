"""Who may open a file, and who may change what holds it."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from courses.catalog.access import activity_to_author
from courses.enrolment.access import activities_open_to, is_preview
from courses.materials.models import (
    Derivative,
    DerivativeState,
    Document,
    FileMaterial,
    Video,
)
from courses.materials.processing.steps import STRIPPED_TYPES
from elearning.uploads.models import Upload, UploadState


def file_to_open(user: User, upload_id: UUID) -> Upload:
    """A published file of any activity that this person may open, or 404.

    A duplicated course holds the same file, so it is enough that one of them is open.
    """
    holding = activities_open_to(user).filter(
        Q(video__upload=OuterRef("pk")) | Q(document__upload=OuterRef("pk"))
    )
    return get_object_or_404(Upload, Exists(holding), pk=upload_id, state=UploadState.PUBLISHED)


def may_have_original(user: User, upload: Upload) -> bool:
    """Whether this person, who may open the file, may have it as it was uploaded.

    A photo says where it was taken, often in somebody's home: that is for those who build the
    course. Everybody else gets a copy that does not.
    """
    return is_preview(user) or upload.content_type not in STRIPPED_TYPES


def derivative_to_open(user: User, upload_id: UUID, kind: str) -> Derivative:
    """What was made of a file that this person may open, its `upload` with it, or 404."""
    upload = file_to_open(user, upload_id)
    ready = Derivative.objects.filter(upload=upload, state=DerivativeState.READY)
    derivative = get_object_or_404(ready.exclude(key=""), kind=kind)
    derivative.upload = upload
    return derivative


def material_to_author(user: User, activity_id: int) -> FileMaterial:
    """The video or document of an activity that this person may change, or 404."""
    activity = activity_to_author(user, activity_id)
    models: dict[str, type[Video] | type[Document]] = {"video": Video, "document": Document}
    model = models.get(activity.kind)
    if model is None:
        raise Http404
    return get_object_or_404(
        model.objects.select_related("activity", "upload", "next_upload"), pk=activity.pk
    )
