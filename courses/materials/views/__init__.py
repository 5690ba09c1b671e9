"""Files up and down, looking for them, and the preview of a note."""

from courses.materials.views.delivering import derivative, file
from courses.materials.views.notes import note_preview
from courses.materials.views.searching import search
from courses.materials.views.uploading import (
    begin_upload,
    replace_upload,
    try_again,
    upload_status,
)

__all__ = [
    "begin_upload",
    "derivative",
    "file",
    "note_preview",
    "replace_upload",
    "search",
    "try_again",
    "upload_status",
]
