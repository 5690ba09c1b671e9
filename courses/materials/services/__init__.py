"""What changes materials: files arriving, videos being watched, notes being saved."""

from courses.materials.services.files import begin_material, copy_file, replace_upload, settle
from courses.materials.services.notes import copy_note, save_note
from courses.materials.services.watching import record_watched

__all__ = [
    "begin_material",
    "copy_file",
    "copy_note",
    "record_watched",
    "replace_upload",
    "save_note",
    "settle",
]
