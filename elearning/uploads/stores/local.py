"""Parts as files on this disk: one machine without a bucket."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from elearning.uploads.errors import BrokenOff, StoreFull
from elearning.uploads.models import Upload
from elearning.uploads.stores import FoundPlace, PartsDamaged, Target

CHUNK = 64 * 1024
PLACE = "local"
HALF_WRITTEN = ".tmp"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class TooLong(Exception):
    """More bytes came than the part has."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part on the disk: its number from 1, SHA-256 in hex."""

    number: int
    sha256: str


class LocalStore:
    """Parts as files under UPLOAD_PARTS_DIR/<upload>/<number>.<sha256>.

    The hash is in the name, so that two racing senders of one part never write the same
    file with different bytes: the database row says which of them counts.
    """

    def open(self, upload: Upload) -> str:
        return PLACE

    def owns(self, place: str) -> bool:
        return place == PLACE

    def target(self, upload: Upload, number: int, sha256: str) -> Target:
        headers = {"Content-Type": "application/octet-stream"}
        if sha256:
            headers["X-Part-SHA256"] = sha256
        return Target("PUT", reverse("uploads:part", args=[upload.pk, number]), headers)

    def stored(self, upload: Upload) -> set[int]:
        announced = upload.parts.values_list("number", "sha256")
        return {
            number
            for number, sha256 in announced
            if self._path(upload, Part(number, sha256)).is_file()
        }

    def write_part(self, upload: Upload, number: int, stream: Readable, *, length: int) -> Part:
        """Take exactly `length` bytes from `stream`; all of them are kept, or none.

        Raises BrokenOff if the stream ends early or fails, TooLong if it goes on longer,
        StoreFull if the disk is full.
        """
        folder = self._folder(upload)
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with (
            _full_disk_said(),
            NamedTemporaryFile(dir=folder, suffix=HALF_WRITTEN, delete=False) as file,
        ):
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
                part = Part(number, digest.hexdigest())
                temporary.replace(self._path(upload, part))
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        _sync_folder(folder)
        return part

    def drop_part(self, upload: Upload, part: Part) -> None:
        self._path(upload, part).unlink(missing_ok=True)
        with suppress(OSError):  # not empty, or already gone
            self._folder(upload).rmdir()

    def assemble(self, upload: Upload, key: str) -> None:
        parts = [Part(*row) for row in upload.parts.values_list("number", "sha256")]
        target = Path(default_storage.path(key))
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            _full_disk_said(),
            NamedTemporaryFile(dir=target.parent, suffix=HALF_WRITTEN, delete=False) as whole,
        ):
            temporary = Path(whole.name)
            try:
                for part in parts:
                    with self._path(upload, part).open("rb") as file:
                        shutil.copyfileobj(file, whole, CHUNK)
                # The parts go once a row says that the file is whole: so it must be on the disk.
                whole.flush()
                os.fsync(whole.fileno())
                temporary.replace(target)
            except FileNotFoundError as error:
                temporary.unlink(missing_ok=True)
                raise PartsDamaged from error
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)

    def discard(self, upload: Upload, place: str = "") -> None:
        shutil.rmtree(self._folder(upload), ignore_errors=True)

    def places(self, before: datetime) -> Iterator[FoundPlace]:
        for folder in _entries(Path(settings.UPLOAD_PARTS_DIR)):
            if _unchanged_since(folder, before):
                yield FoundPlace(_as_id(folder.name), PLACE, str(folder))
            for file in _entries(folder):
                if file.suffix == HALF_WRITTEN and _unchanged_since(file, before):
                    yield FoundPlace(None, "", str(file))

    def clear(self, found: FoundPlace) -> None:
        path = Path(found.at)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def _folder(self, upload: Upload) -> Path:
        return Path(settings.UPLOAD_PARTS_DIR) / str(upload.pk)

    def _path(self, upload: Upload, part: Part) -> Path:
        return self._folder(upload) / f"{part.number}.{part.sha256}"


class _full_disk_said:  # noqa: N801 - reads as a clause of `with`
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull from error


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


def _entries(folder: Path) -> list[Path]:
    """What is in it; nothing if it is none, or gone by now."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _unchanged_since(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
