"""Where the parts of an upload wait until they are one file.

One protocol, several stores: the parts may lie on this disk (local.py) or in a bucket (s3.py).
Only services and verification talk to a store, and only through these methods.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, cast
from uuid import UUID

from django.core.files.storage import storages

from elearning.uploads.models import Upload


class PartsDamaged(Exception):
    """A stored part is gone or is not what it was."""


class PlaceGone(Exception):
    """The store no longer knows the place where the parts waited."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how the browser sends one part.

    PUT: the part's bytes are the body. POST: a form (multipart/form-data) of `fields` and then
    the bytes as `file`.
    """

    method: Literal["PUT", "POST"]
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place with parts as the store finds it, whether or not a row still names it.

    `upload_id` is None, and `place` is "", where the store cannot tell: nobody's, then.
    """

    upload_id: UUID | None
    place: str
    at: str
    """Where it is, in the store's own words."""


class Store(Protocol):
    """What every store can do. Each may raise StoreUnavailable of elearning.storage.errors."""

    def open(self, upload: Upload) -> str:
        """A new place for this upload's parts: what goes into `upload.place`."""

    def owns(self, place: str) -> bool:
        """Whether `place` was made by a store of this kind."""

    def target(self, upload: Upload, number: int, sha256: str) -> Target:
        """How part `number` (from 1), whose SHA-256 in hex this is, is sent."""

    def stored(self, upload: Upload) -> set[int]:
        """The numbers of the parts that are there in full length. Raises PlaceGone."""

    def assemble(self, upload: Upload, key: str) -> None:
        """Make the parts one file `key` of the material; again is fine. Raises PartsDamaged."""

    def discard(self, upload: Upload, place: str = "") -> None:
        """Remove the parts of `place`, or else of the upload's own; none there is fine."""

    def places(self, before: datetime) -> Iterator[FoundPlace]:
        """Every place that has seen nothing new since then, and what half-written is in others."""

    def clear(self, found: FoundPlace) -> None:
        """Remove it with all that is in it; gone already is fine."""


def current_store() -> Store:
    """The store that STORAGES["uploads"] names."""
    return cast(Store, storages["uploads"])
