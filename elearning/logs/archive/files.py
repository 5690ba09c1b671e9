"""Files of lines, brought together in one folder under names of our own.

The database is shown that folder alone: so no name that somebody gave a file is ever part of a
query, and an ending that it does not know does not matter.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

ENDINGS = (".json", ".jsonl", ".log", ".gz")
_GZIP = b"\x1f\x8b"
_PART = 1024 * 1024


class Readable(Protocol):
    """stdin, or what S3 sends."""

    def read(self, size: int = -1, /) -> bytes: ...


class NoSuchFile(Exception):
    """Of a path that is neither a file nor a folder."""


def gather(paths: Iterable[Path], folder: Path) -> int:
    """Link files, and files in folders however deep, into `folder`; how many there were.

    A file that is named is taken whatever its ending, in a folder those that end in ENDINGS.
    Raises NoSuchFile, and OSError if one may not be read.
    """
    number = 0
    for path in paths:
        for file in _files(path):
            with file.open("rb") as opened:
                name = f"{number:06}{_ending(opened.read(len(_GZIP)))}"
            (folder / name).symlink_to(file.resolve())
            number += 1
    return number


def keep(stream: Readable, folder: Path, name: str) -> int:
    """Write what comes on a stream, gzip or not, into `folder` as `name`; how many bytes."""
    begins = stream.read(len(_GZIP))
    path = folder / f"{name}{_ending(begins)}"
    with path.open("wb") as file:
        file.write(begins)
        while part := stream.read(_PART):
            file.write(part)
        return file.tell()


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (
            each for each in sorted(path.rglob("*")) if each.suffix in ENDINGS and each.is_file()
        )
    elif path.is_file():
        yield path
    else:
        raise NoSuchFile(str(path))


def _ending(begins: bytes) -> str:
    return ".jsonl.gz" if begins == _GZIP else ".jsonl"
