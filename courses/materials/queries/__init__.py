"""What lists and pages read of materials."""

from courses.materials.queries.derivatives import (
    Quality,
    derivative_name,
    derivative_url,
    made_of,
    poster_url,
    qualities,
)
from courses.materials.queries.files import (
    BROKEN_OFF_AFTER,
    document_facts,
    family,
    file_summary,
    file_url,
    video_facts,
)
from courses.materials.queries.state import FileState, file_state
from courses.materials.queries.watching import Watched, remaining, watched

__all__ = [
    "BROKEN_OFF_AFTER",
    "FileState",
    "Quality",
    "Watched",
    "derivative_name",
    "derivative_url",
    "document_facts",
    "family",
    "file_state",
    "file_summary",
    "file_url",
    "made_of",
    "poster_url",
    "qualities",
    "remaining",
    "video_facts",
    "watched",
]
