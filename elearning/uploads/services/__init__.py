"""The steps of an upload; each settles its races in the database."""

from elearning.uploads.errors import Conflict, Refused
from elearning.uploads.services.beginning import begin, begun
from elearning.uploads.services.describing import describe
from elearning.uploads.services.finishing import abort, complete, drop_parts, publish, recheck
from elearning.uploads.services.parts import announce_part, receive_part, stored_parts

__all__ = [
    "Conflict",
    "Refused",
    "abort",
    "announce_part",
    "begin",
    "begun",
    "complete",
    "describe",
    "drop_parts",
    "publish",
    "receive_part",
    "recheck",
    "stored_parts",
]
