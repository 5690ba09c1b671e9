"""What every place for material can do; it knows bytes and keys, and nothing of uploads.

Keys are relative and name no folder above: `quarantine/<upload id>` (nobody is served),
`verified/<upload id>` (published files), `derived/<upload id>/<kind>.<ext>`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.core.files.base import File


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One stored file: its key, its size in bytes, and when it was stored (aware)."""

    key: str
    size: int
    modified: datetime


class MaterialStorage(Protocol):
    """The default storage, whatever its back end.

    A bucket that does not answer raises botocore's errors; `errors.unavailable_said()` makes
    them StoreUnavailable.
    """

    def prepare(self) -> None:
        """Load what the first use would wait for; the store itself is not asked."""

    def check(self) -> None:
        """Ask the store whether it is there and lets us look into it. Raises StoreRefuses.

        Without it, in the wrong place, every file looks as if it were gone.
        """

    def open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        """Raises FileNotFoundError."""

    def exists(self, name: str) -> bool: ...

    def size(self, name: str) -> int:
        """In bytes. Raises FileNotFoundError."""

    def get_modified_time(self, name: str) -> datetime:
        """Aware. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Nothing there is fine."""

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """The bytes as a file on this disk, to be read only, for as long as the context lasts.

        The stored file itself, or a temporary download of it. Raises FileNotFoundError.
        """

    def put(self, path: Path, key: str, *, content_type: str) -> None:
        """Keep a copy of that file under `key`, replacing what is there; whole or not at all."""

    def copy(self, source: str, target: str, *, content_type: str, version: str = "") -> None:
        """Copy within the storage, replacing `target`; whole or not at all.

        Raises FileNotFoundError if `source` is gone, and Changed if `version` is given and
        `source` is another by now.
        """

    def version(self, key: str) -> str:
        """What changes whenever the bytes under `key` do. Raises FileNotFoundError."""

    def tags(self, key: str) -> dict[str, str]:
        """What others have noted on the file, such as a scanner its verdict; {} on this disk."""

    def list(self, prefix: str) -> Iterator[StoredFile]:
        """All whose keys begin with `prefix`, in no order that counts; none is fine."""

    def link(
        self, key: str, *, name: str, content_type: str, inline: bool, seconds: int
    ) -> str | None:
        """A signed address that answers GET, also with Range, for so many seconds.

        It answers with this type, and to be shown or saved under this name. None: this storage
        has no addresses, and the application streams. Whether `key` exists is not asked.
        """
