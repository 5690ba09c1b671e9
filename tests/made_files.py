"""Fixtures: small real files."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

FILES = Path(__file__).parent / "files"


@pytest.fixture
def mp4() -> bytes:
    """One second of H.264 and AAC, 96 × 64."""
    return (FILES / "tiny.mp4").read_bytes()


@pytest.fixture
def pdf():
    """`pdf(pages=3, password=…)` gives the bytes of a real PDF."""

    def make(pages: int = 3, password: str = "", owner_password: str = "") -> bytes:
        writer = PdfWriter()
        for _ in range(pages):
            writer.add_blank_page(width=595, height=842)
        if password or owner_password:
            writer.encrypt(password, owner_password or None)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return make


@pytest.fixture
def picture():
    """`picture("JPEG", (60, 40))` gives the bytes of a real image."""

    def make(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
        out = io.BytesIO()
        Image.effect_noise(size, 80).convert("RGB").save(out, kind)
        return out.getvalue()

    return make


@pytest.fixture
def office():
    """`office("word")` gives a small Office file; `extra` adds members to the archive."""
    main = {
        "word": ("word/document.xml", "wordprocessingml.document"),
        "excel": ("xl/workbook.xml", "spreadsheetml.sheet"),
        "powerpoint": ("ppt/presentation.xml", "presentationml.presentation"),
    }

    def make(kind: str = "word", extra: tuple[str, ...] = ()) -> bytes:
        part, name = main[kind]
        declared = f"application/vnd.openxmlformats-officedocument.{name}.main+xml"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "[Content_Types].xml",
                f'<Types><Override PartName="/{part}" ContentType="{declared}"/></Types>',
            )
            archive.writestr(part, "<xml/>")
            for member in extra:
                archive.writestr(member, b"\x00")
        return out.getvalue()

    return make
