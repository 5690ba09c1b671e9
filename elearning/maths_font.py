"""Serve STIX Two Math, the font that lets MathML brackets stretch, from its package.

Source: the font (SIL Open Font Licence) ships inside the `ziamath` distribution.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

FILE_NAME = "STIXTwoMath-Regular.ttf"
STATIC_NAME = f"fonts/{FILE_NAME}"


class FontStorage(FileSystemStorage):
    prefix = "fonts"


class MathsFontFinder(BaseFinder):
    """A static-files finder of exactly one file."""

    def __init__(self) -> None:
        spec = find_spec("ziamath")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("The package ziamath, which carries the maths font, is gone.")
        self.storage = FontStorage(location=Path(spec.origin).parent / "fonts")

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        if path != STATIC_NAME:
            return []
        found = self.storage.path(FILE_NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield FILE_NAME, self.storage
