"""Where the parts of an upload wait until they are one file.

One protocol, several stores: the parts may lie on this disk (LocalStore) or in a bucket.
Only services and verification talk to a store, and only through these methods.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage, storages

from elearning.uploads.errors import BrokenOff, StoreFull

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is stored: its number from 1, length in bytes, SHA-256 in hex."""

    number: int
    size: int
    sha256: str


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class PartsDamaged(Exception):
    """A stored part is gone or is not what it was."""


class TooLong(Exception):
    """More bytes came than the part has."""


class Store(Protocol):
    """What every store can do."""

    def write_part(
        self, upload_id: UUID, number: int, stream: Readable, *, length: int
    ) -> Part: ...

    def has_part(self, upload_id: UUID, part: Part) -> bool: ...

    def list_parts(self, upload_id: UUID) -> list[Part]: ...

    def drop_part(self, upload_id: UUID, part: Part) -> None: ...

    def assemble(self, upload_id: UUID, parts: Sequence[Part], key: str) -> "Assembled": ...

    def promote(self, source: str, target: str) -> None: ...

    def discard(self, upload_id: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class Assembled:
    """A whole file in the default storage."""

    key: str
    size: int
    sha256: str


def current_store() -> Store:
    """The store that STORAGES["uploads"] names; the local one where it names none."""
    if "uploads" in settings.STORAGES:
        return storages["uploads"]  # type: ignore[return-value]
    return LocalStore()


class LocalStore:
    """Parts as files under UPLOAD_PARTS_DIR/<upload>/<number>.<sha256>.

    The hash is in the name, so that two racing uploads of one part never write the same
    file with different bytes: the database row says which of them counts.
    """

    def write_part(self, upload_id: UUID, number: int, stream: Readable, *, length: int) -> Part:
        """Take exactly `length` bytes from `stream`; all of them are kept, or none.

        Raises BrokenOff if the stream ends early or fails, TooLong if it goes on longer,
        StoreFull if the disk is full.
        """
        folder = self._folder(upload_id)
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with _full_disk_said(), NamedTemporaryFile(dir=folder, suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            try:
                taken = 0
                for chunk in _arriving(stream):
                    taken += len(chunk)
                    if taken > length:
                        raise TooLong
                    digest.update(chunk)
                    file.write(chunk)
                if taken < length:
                    raise BrokenOff
                file.flush()
                os.fsync(file.fileno())
                part = Part(number, length, digest.hexdigest())
                temporary.replace(self._path(upload_id, part))
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        _sync_folder(folder)
        return part

    def has_part(self, upload_id: UUID, part: Part) -> bool:
        return self._path(upload_id, part).is_file()

    def list_parts(self, upload_id: UUID) -> list[Part]:
        """All stored parts by number; a superseded one may be among them."""
        parts = []
        for path in self._folder(upload_id).glob("*.*"):
            number, sha256 = path.name.split(".", 1)
            if number.isdecimal() and len(sha256) == 64:
                parts.append(Part(int(number), path.stat().st_size, sha256))
        return sorted(parts, key=lambda part: (part.number, part.sha256))

    def drop_part(self, upload_id: UUID, part: Part) -> None:
        self._path(upload_id, part).unlink(missing_ok=True)
        with suppress(OSError):  # not empty, or already gone
            self._folder(upload_id).rmdir()

    def assemble(self, upload_id: UUID, parts: Sequence[Part], key: str) -> Assembled:
        """Write the parts, in this order, as one file `key` of the default storage.

        Raises PartsDamaged if a part is missing or its bytes are not those that came in.
        """
        joined = _JoinedParts([(part, self._path(upload_id, part)) for part in parts])
        try:
            with _full_disk_said():
                key = default_storage.save(key, joined)
                self._sync_file(key)
        except BaseException:
            default_storage.delete(key)
            raise
        return Assembled(key, joined.size, joined.digest.hexdigest())

    def promote(self, source: str, target: str) -> None:
        """Rename in the default storage; what is at `target` is replaced in one step."""
        to = Path(default_storage.path(target))
        to.parent.mkdir(parents=True, exist_ok=True)
        Path(default_storage.path(source)).replace(to)
        _sync_folder(to.parent)

    def discard(self, upload_id: UUID) -> None:
        """Remove all parts; none there is fine."""
        shutil.rmtree(self._folder(upload_id), ignore_errors=True)

    def _folder(self, upload_id: UUID) -> Path:
        return Path(settings.UPLOAD_PARTS_DIR) / str(upload_id)

    def _path(self, upload_id: UUID, part: Part) -> Path:
        return self._folder(upload_id) / f"{part.number}.{part.sha256}"

    def _sync_file(self, key: str) -> None:
        """The parts go once the row says that the file is whole: so it must be on the disk."""
        with Path(default_storage.path(key)).open("rb") as file:
            os.fsync(file.fileno())


class _JoinedParts(File):  # type: ignore[type-arg]
    """Parts read one after the other, 64 KiB at a time, hashed on the way."""

    def __init__(self, parts: Sequence[tuple[Part, Path]]) -> None:
        super().__init__(None, name="parts")
        self.parts = parts
        self.size = sum(part.size for part, _ in parts)
        self.digest = hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for part, path in self.parts:
            of_part = hashlib.sha256()
            try:
                with path.open("rb") as file:
                    for chunk in _chunks(file):
                        of_part.update(chunk)
                        self.digest.update(chunk)
                        yield chunk
            except FileNotFoundError as error:
                raise PartsDamaged(path.name) from error
            if of_part.hexdigest() != part.sha256:
                raise PartsDamaged(path.name)


class _full_disk_said:  # noqa: N801 - reads as a clause of `with`
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull from error


def _chunks(stream: Readable) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _arriving(stream: Readable) -> Iterator[bytes]:
    """The chunks of a request's body; the sender may go away at any time."""
    while True:
        try:
            chunk = stream.read(CHUNK)
        except OSError as error:
            raise BrokenOff from error
        if not chunk:
            return
        yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
