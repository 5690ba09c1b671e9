"""What changes materials: files that arrive and are processed, videos watched, notes saved."""

from courses.materials.services.files import begin_material, copy_file, replace_upload, settle
from courses.materials.services.notes import copy_note, save_note
from courses.materials.services.processing import plan_processing, try_again
from courses.materials.services.watching import record_watched

__all__ = [
    "begin_material",
    "copy_file",
    "copy_note",
    "plan_processing",
    "record_watched",
    "replace_upload",
    "save_note",
    "settle",
    "try_again",
]
