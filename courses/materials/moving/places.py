"""This disk and the bucket, with what moving wants of them beyond the storage's contract."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages

from elearning.storage.errors import Changed
from elearning.storage.local import TEMPORARY, LocalFiles

CHUNK = 1024 * 1024

Tell = Callable[[int], None]
"""Is called, from any thread, with the number of bytes that have passed since the last call."""


class PlaceFailed(Exception):
    """The place itself does not work, whatever the file; why, in words."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under a key. `version` changes with the bytes; `modified` is aware.

    `sha256` (hex) is what was noted when the file was moved here; "" where nothing is noted.
    """

    size: int
    modified: datetime
    version: str
    sha256: str


class Place(Protocol):
    """One end of a move. All methods raise PlaceFailed."""

    name: str
    """In words."""

    def reach(self) -> None:
        """Raise PlaceFailed if nothing could be moved from or to here."""

    def look(self, key: str) -> Found | None: ...

    def fetch(self, key: str, tell: Tell) -> AbstractContextManager[Path]:
        """The bytes as a file on this disk for as long as the context lasts, to be read only.

        Raises FileNotFoundError.
        """

    def put(
        self,
        path: Path,
        key: str,
        *,
        content_type: str,
        sha256: str,
        instead_of: Found | None,
        tell: Tell,
    ) -> None:
        """Keep a copy of that file under `key`: whole or not at all.

        Raises Changed, and leaves alone what is there, if that is not `instead_of`.
        """

    def remove(self, key: str) -> None: ...


class Folder:
    """LocalFiles as a place."""

    def __init__(self, storage: LocalFiles) -> None:
        self._storage = storage
        self.name = f"this disk ({storage.location})"

    def reach(self) -> None:
        """A folder is made when the first file comes."""

    def look(self, key: str) -> Found | None:
        try:
            return Found(
                size=self._storage.size(key),
                modified=self._storage.get_modified_time(key),
                version=self._storage.version(key),
                sha256="",
            )
        except FileNotFoundError:
            return None

    def fetch(self, key: str, tell: Tell) -> AbstractContextManager[Path]:
        return self._storage.local_path(key)

    def put(
        self,
        path: Path,
        key: str,
        *,
        content_type: str,
        sha256: str,
        instead_of: Found | None,
        tell: Tell,
    ) -> None:
        # Copying takes minutes: so that nothing comes meanwhile, the file is there beforehand
        # and takes its name at once.
        beside = str(Path(key).with_name(f"{TEMPORARY}{uuid4().hex}"))
        try:
            self._storage.put(path, beside, content_type=content_type)
            if self.look(key) != instead_of:
                raise Changed(key)
            self._storage.copy(beside, key, content_type=content_type)
        except OSError as error:
            raise PlaceFailed(f"{self.name} takes no file: {error.strerror}.") from error
        finally:
            self._storage.delete(beside)

    def remove(self, key: str) -> None:
        self._storage.delete(key)


def places() -> dict[str, Place]:
    """Both ends by the names that `--to` takes. Raises PlaceFailed if no bucket is named."""
    if "bucket" not in settings.STORAGES:
        raise PlaceFailed("No bucket is named: set MATERIAL_BUCKET and AWS_REGION.")
    # boto3 is installed only where there may be a bucket.
    from courses.materials.moving.in_bucket import InBucket
    from elearning.storage.bucket import Bucket

    return {
        "local": Folder(cast(LocalFiles, storages["local"])),
        "s3": InBucket(cast(Bucket, storages["bucket"])),
    }


def serves_the_site(place: str) -> bool:
    """Whether this process, and so the site under the same environment, keeps material there."""
    alias = {"local": "local", "s3": "bucket"}[place]
    return bool(settings.STORAGES["default"] == settings.STORAGES[alias])


def sha256_of(path: Path, tell: Tell) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            tell(len(chunk))
    return digest.hexdigest()
