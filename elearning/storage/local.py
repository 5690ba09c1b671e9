"""Material as files on this disk: one machine without a bucket."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.storage import FileSystemStorage

from elearning.storage.contract import StoredFile
from elearning.storage.errors import Changed, StoreNotThere, StoreRefuses

CHUNK = 1024 * 1024
TEMPORARY = ".tmp-"
LEFT_OVER_AFTER = 24 * 60 * 60
"""Seconds. A temporary file as old as this is nobody's any more: the machine had stopped."""


class LocalFiles(FileSystemStorage):
    """The contract of contract.py, in the folder `location`.

    Files are replaced as a whole by a rename and never written in place: several keys may
    share one file's bytes (copy).
    """

    def prepare(self) -> None:
        return None

    def check(self) -> None:
        """The folder is made with the first file: before that it is not there."""
        folder = self.location
        if not os.access(folder, os.F_OK):
            raise StoreNotThere(f"There is no folder {folder}.")
        if not (os.access(folder, os.R_OK | os.X_OK) and Path(folder).is_dir()):
            raise StoreRefuses(f"{folder} is no folder, or we may not look into it.")

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        yield self._existing(key)

    def put(self, path: Path, key: str, *, content_type: str) -> None:
        self._replace(key, lambda temporary: shutil.copyfile(path, temporary))

    def copy(self, source: str, target: str, *, content_type: str, version: str = "") -> None:
        existing = self._existing(source)

        def take(temporary: Path) -> None:
            taken = _link_or_copy(existing, temporary)
            if version and _version(taken) != version:
                raise Changed(source)

        self._replace(target, take)

    def version(self, key: str) -> str:
        return _version(self._existing(key).stat())

    def tags(self, key: str) -> dict[str, str]:
        return {}

    def list(self, prefix: str) -> Iterator[StoredFile]:
        root = Path(self.location)
        # A prefix may end within a name, as in a bucket.
        for folder, _, names in os.walk(Path(self.path(f"{prefix}_")).parent):
            for name in names:
                path = Path(folder, name)
                key = path.relative_to(root).as_posix()
                try:
                    found = path.stat()
                except FileNotFoundError:  # removed while we walk
                    continue
                under_way = time.time() - found.st_mtime < LEFT_OVER_AFTER
                if key.startswith(prefix) and not (name.startswith(TEMPORARY) and under_way):
                    yield StoredFile(
                        key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)
                    )

    def link(
        self, key: str, *, name: str, content_type: str, inline: bool, seconds: int
    ) -> str | None:
        return None

    def _existing(self, key: str) -> Path:
        path = Path(self.path(key))
        if not path.is_file():
            raise FileNotFoundError(key)
        return path

    def _replace(self, key: str, write: Callable[[Path], object]) -> None:
        """Let `write` fill a file beside `key`, and put it there once it is on the disk."""
        path = Path(self.path(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY}{uuid4().hex}")
        try:
            write(temporary)
            _sync(temporary)
            temporary.replace(path)
        finally:
            # Still there after an error, and after a rename onto another name of the same
            # file, which does nothing.
            temporary.unlink(missing_ok=True)
        _sync(path.parent)


def _link_or_copy(source: Path, target: Path) -> os.stat_result:
    """Of the file that was taken, whatever has become of `source` meanwhile."""
    try:
        target.hardlink_to(source)
        return target.stat()
    except FileNotFoundError:
        raise
    except OSError:
        # Some file systems know no hard links, or no more of them for this file.
        with source.open("rb") as file, target.open("wb") as copy:
            shutil.copyfileobj(file, copy, CHUNK)
            return os.fstat(file.fileno())


def _version(found: os.stat_result) -> str:
    # Two files that came within one tick of the clock differ in their inode.
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
