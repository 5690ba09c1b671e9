"""An upload as the browser needs it."""

from typing import Any

from django.urls import reverse

from elearning.uploads import reasons
from elearning.uploads.models import Upload
from elearning.uploads.services.parts import stored_parts


def describe(upload: Upload) -> dict[str, Any]:
    """The upload, ready for JSON.

    `parts` are those that are stored: number (from 1), size in bytes, SHA-256 in hex. `reason`
    is a sentence if it was rejected, else "". Raises StoreUnavailable.
    """
    return {
        "id": str(upload.pk),
        "name": upload.name,
        "size": upload.size,
        "state": upload.state,
        "part_size": upload.part_size,
        "part_count": upload.part_count,
        "parts": [
            {"number": part.number, "size": part.size, "sha256": part.sha256}
            for part in stored_parts(upload)
        ],
        "reason": reasons.sentence(upload),
        "urls": {
            "self": reverse("uploads:detail", args=[upload.pk]),
            "parts": reverse("uploads:parts", args=[upload.pk]),
            "complete": reverse("uploads:complete", args=[upload.pk]),
        },
    }
