"""What lists and pages read of materials."""

from courses.materials.queries.derivatives import (
    Picture,
    Quality,
    derivative_name,
    derivative_url,
    largest_copy,
    made_of,
    picture,
    poster_url,
    qualities,
)
from courses.materials.queries.facts import SILENT_AFTER, document_facts, video_facts
from courses.materials.queries.files import family, file_summary, file_url
from courses.materials.queries.search import Found, find_materials
from courses.materials.queries.state import FileState, file_state
from courses.materials.queries.steps import Step
from courses.materials.queries.watching import Watched, remaining, watched

__all__ = [
    "SILENT_AFTER",
    "FileState",
    "Found",
    "Picture",
    "Quality",
    "Step",
    "Watched",
    "derivative_name",
    "derivative_url",
    "document_facts",
    "family",
    "file_state",
    "file_summary",
    "file_url",
    "find_materials",
    "largest_copy",
    "made_of",
    "picture",
    "poster_url",
    "qualities",
    "remaining",
    "video_facts",
    "watched",
]
