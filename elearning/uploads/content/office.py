"""Word, Excel and PowerPoint: ZIP archives with a table of contents and a main part."""

import re
import zipfile
import zlib
from typing import IO, cast

from elearning.uploads.content.findings import Findings, NotAcceptable, SparingFile, TooMuchAtOnce
from elearning.uploads.content.signatures import OFFICE
from elearning.uploads.reasons import Reason

_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OOXML}wordprocessingml.document": re.compile(r"word/document\d*\.xml"),
    f"{_OOXML}spreadsheetml.sheet": re.compile(r"xl/workbook\d*\.xml"),
    f"{_OOXML}presentationml.presentation": re.compile(r"ppt/presentation\d*\.xml"),
}
_MACRO_TYPES = (b"macroenabled", b"vbaproject")
_CONTENTS = "[Content_Types].xml"
_MOST_UNPACKED = 4 * 1024**3
_MOST_CONTENTS = 4 * 1024**2
_MOST_TEXT = 256 * 1024**2
"""Of one XML member, unpacked. A book has a few; a bomb would hang the pupil's Word."""


def look_into(file: IO[bytes]) -> Findings:
    """Raises NotAcceptable: MISMATCH for any other archive, MACROS, DAMAGED."""
    try:
        with zipfile.ZipFile(cast(IO[bytes], SparingFile(file))) as archive:
            return _look_into(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,  # a compression that no office program writes
        RuntimeError,  # an encrypted member
        TooMuchAtOnce,
        OSError,
        ValueError,
        EOFError,
        KeyError,
    ) as error:
        raise NotAcceptable(Reason.DAMAGED, OFFICE) from error


def _look_into(archive: zipfile.ZipFile) -> Findings:
    names = archive.namelist()
    if _CONTENTS not in names:
        raise NotAcceptable(Reason.MISMATCH, OFFICE)
    members = archive.infolist()
    if sum(member.file_size for member in members) > _MOST_UNPACKED or any(
        member.file_size > _MOST_TEXT for member in members if member.filename.endswith(".xml")
    ):
        raise NotAcceptable(Reason.DAMAGED, OFFICE)
    contents = _read(archive, _CONTENTS, _MOST_CONTENTS)
    for content_type, main_part in _MAIN_PARTS.items():
        # "…document.main+xml"; with macros or as a template it says something else.
        declared = f"{content_type}.main+xml".encode() in contents
        found = next((name for name in names if main_part.fullmatch(name)), None)
        if not found:
            continue
        spoken = contents.lower()
        if any(mark in spoken for mark in _MACRO_TYPES) or any(
            name.lower().endswith("vbaproject.bin") for name in names
        ):
            raise NotAcceptable(Reason.MACROS, content_type)
        if not declared:
            raise NotAcceptable(Reason.MISMATCH, OFFICE)
        _read_through(archive, found)
        return Findings(content_type)
    raise NotAcceptable(Reason.MISMATCH, OFFICE)


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise zipfile.BadZipFile(name)
    return data


def _read_through(archive: zipfile.ZipFile, name: str) -> None:
    """Unpack it in small pieces; zipfile compares the checksum at the end."""
    with archive.open(name) as member:
        while member.read(64 * 1024):
            pass
