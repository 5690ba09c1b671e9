"""Why a step of an upload is not taken; every message is a sentence for the person."""

from collections.abc import Sequence


class Refused(Exception):
    """The file, or this part of it, can't be accepted."""


class Conflict(Exception):
    """The upload has moved on: it was completed, refused or cancelled meanwhile."""


class FileChanged(Conflict):
    """A part is not what was announced before: the file was changed while it was sent."""


class Incomplete(Conflict):
    """Not all parts are there yet; `missing` are their numbers."""

    def __init__(self, message: str, missing: Sequence[int]) -> None:
        super().__init__(message)
        self.missing = list(missing)


class BrokenOff(Exception):
    """The body of a part ended early; nothing of it was kept."""


class StoreFull(Exception):
    """There is no room left where the files are kept."""
