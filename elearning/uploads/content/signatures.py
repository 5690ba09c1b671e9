"""What a file's first bytes say that it is. A first word only: the opener is the proof."""

import re

HEAD = 4096

OFFICE = "application/zip"
"""Office files are ZIP archives; office.py looks which."""

_FIXED: list[tuple[int, bytes, str]] = [
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (0, b"\xce\xfa\xed\xfe", "application/x-executable"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-executable"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-executable"),
    (0, b"#!", "application/x-sh"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"PK\x03\x04", OFFICE),
    (0, b"PK\x05\x06", OFFICE),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (0, b"\x00\x00\x01\xb3", "video/mpeg"),
]
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|iframe|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)


def identify(head: bytes) -> str:
    """The content type that these first bytes (up to HEAD) belong to; "" if none is known.

    "audio/mp4" and "video/mp4" are told apart by what the file calls itself; which tracks
    it has, only its opener knows.
    """
    for offset, mark, content_type in _FIXED:
        if head.startswith(mark, offset):
            return content_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _HEIC_BRANDS:
            return "image/heic"
        return "audio/mp4" if brand in _AUDIO_BRANDS else "video/mp4"
    if head[4:8] in _QUICKTIME_ATOMS:
        return "video/mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if _is_mp3_frame(head):
        return "audio/mpeg"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    return _written(head)


def _written(head: bytes) -> str:
    """HTML, SVG or plain text, perhaps behind a byte order mark; PDF may have junk before it."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head[2:].replace(b"\x00", b"")
    if _HTML.match(text):
        return "text/html"
    if _SVG.search(text) and text.lstrip().startswith(b"<"):
        return "image/svg+xml"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if text and b"\x00" not in text and not re.search(rb"[\x01-\x08\x0e-\x1a\x7f]", text):
        return "text/plain"
    return ""


def _is_mp3_frame(head: bytes) -> bool:
    """An MPEG audio layer III frame: sync word, and no reserved version, rate or frequency."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, frequency = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and frequency != 3
