"""Video, documents and notes on activities; what is made of their files; what was watched."""

from courses.materials.models.derivatives import (
    Derivative,
    DerivativeKind,
    DerivativeState,
    ExtractedText,
)
from courses.materials.models.files import Document, FileMaterial, Video
from courses.materials.models.notes import Note
from courses.materials.models.watching import VideoView

__all__ = [
    "Derivative",
    "DerivativeKind",
    "DerivativeState",
    "Document",
    "ExtractedText",
    "FileMaterial",
    "Note",
    "Video",
    "VideoView",
]
