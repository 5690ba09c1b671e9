"""Uploads in every state, without sending a file."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from elearning.uploads.models import Upload, UploadState


@pytest.fixture
def make_upload(cast):
    """`make_upload(name="速さ.mp4", state="published", …)`; checked ones have content."""

    def make(name="速さ.mp4", content=b"0123456789", **fields):
        is_video = name.endswith(".mp4")
        fields = {
            "owner": cast.tanaka,
            "category": "video" if is_video else "document",
            "content_type": "video/mp4" if is_video else "application/pdf",
            "duration_seconds": 600.0 if is_video else None,
            "state": UploadState.PUBLISHED,
            "size": len(content),
            **fields,
        }
        if fields["state"] in (UploadState.VERIFIED, UploadState.PUBLISHED):
            fields["key"] = default_storage.save("file", ContentFile(content))
        return Upload.objects.create(name=name, part_size=4, **fields)

    return make


@pytest.fixture
def hold():
    """`hold(activity, upload)`: the activity has this file in use."""

    def put(activity, upload):
        material = getattr(activity, activity.kind)
        material.upload = upload
        material.save(update_fields=["upload"])
        return material

    return put
