"""Real files of this project, and how to put one behind an activity."""

import hashlib
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from courses.catalog.models import Activity
from elearning.uploads.models import Upload, UploadState

FILES = Path(__file__).resolve().parent.parent / "config" / "demo" / "files"
TYPES = {".mp4": "video/mp4", ".pdf": "application/pdf", ".webp": "image/webp"}


def put(activity: Activity, path: Path, owner: User, **facts: object) -> Upload:
    """Publish the file at `path` on `activity`, as an upload that was checked."""
    content = path.read_bytes()
    upload = Upload.objects.create(
        owner=owner,
        category="video" if path.suffix == ".mp4" else "document",
        name=path.name,
        size=len(content),
        part_size=len(content),
        state=UploadState.PUBLISHED,
        content_type=TYPES[path.suffix],
        sha256=hashlib.sha256(content).hexdigest(),
        key=default_storage.save(path.name, ContentFile(content)),
        **facts,
    )
    material = getattr(activity, activity.kind)
    material.upload = upload
    material.save(update_fields=["upload"])
    return upload
