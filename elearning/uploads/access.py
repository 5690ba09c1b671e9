"""Whose upload it is."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from elearning.uploads.models import Upload


def own_upload_or_404(request: HttpRequest, upload_id: UUID) -> Upload:
    """The signed-in person's own upload; 404 for everybody else's."""
    return get_object_or_404(Upload, pk=upload_id, owner_id=request.user.pk)
