"""A stored file on its way to the browser: in ranges, in chunks, under its own name."""

import hashlib
import re
from typing import IO, Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import (
    content_disposition_header,
    http_date,
    parse_http_date_safe,
)

CHUNK = 256 * 1024
PLAYED_AT_ONCE = 4 * 1024 * 1024
"""A player asks for all that is left and then reads as slowly as it plays: each viewer would
keep a thread of ours for as long as the film lasts. It gets a piece and asks for the next."""
MAX_AGE = 3600
INLINE_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}

# At most 18 digits: int() refuses thousands of them, and no file is that long.
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
_PLAIN_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


class NotSatisfiable(Exception):
    """The range begins after the file's end."""


def deliver(request: HttpRequest, *, key: str, name: str, content_type: str) -> HttpResponseBase:
    """The file `key` of the default storage as an answer to this GET or HEAD.

    The caller has checked who may see it. `name` is what it is saved as. 200, 206 (one range;
    several are answered with the whole file), 304, 412 or 416; Http404 if the file is gone.
    Only PDF, the web's images, audio and video open in the browser; all else is saved.
    """
    try:
        size = default_storage.size(key)
        modified = int(default_storage.get_modified_time(key).timestamp())
    except FileNotFoundError as error:
        raise Http404 from error
    etag = f'"{hashlib.sha256(f"{key}:{size}:{modified}".encode()).hexdigest()[:32]}"'

    response: HttpResponseBase | None
    response = get_conditional_response(request, etag=etag, last_modified=modified)
    if response is None:
        response = _answer(request, key, size, etag, modified)
    if response.status_code in (200, 206):
        _describe(response, name=name, content_type=content_type)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    # Pupils share computers: `private` alone would let the next one to sign in be served from
    # the browser's cache, so the session is part of the cache's key.
    response["Cache-Control"] = f"private, max-age={MAX_AGE}, no-transform"
    patch_vary_headers(response, ["Cookie"])
    return response


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """The one range that a Range header asks for, as (first, last) of `size` bytes.

    None means the whole file: no range, several, or one that makes no sense (RFC 9110,
    14.2, lets a server ignore those). Raises NotSatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0:
            raise NotSatisfiable
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return int(first), min(int(last), size - 1) if last else size - 1


class FileSlice:
    """An iterator over `length` bytes of an open file from `start`; closing it closes the file."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self.file = file
        self.left = length
        file.seek(start)

    def __iter__(self) -> "FileSlice":
        return self

    def __next__(self) -> bytes:
        chunk = self.file.read(min(CHUNK, self.left)) if self.left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()


def _answer(
    request: HttpRequest, key: str, size: int, etag: str, modified: int
) -> HttpResponse | StreamingHttpResponse:
    wanted = None
    # Ranges are defined for GET alone (RFC 9110, 14.2).
    if request.method == "GET" and _still_the_same(request, etag, modified):
        try:
            wanted = byte_range(request.headers.get("Range", ""), size)
        except NotSatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, last = wanted or (0, size - 1)
    # Less than was asked for is a valid answer (RFC 9110, 15.3.7). Only to a player, though:
    # a download that goes on after a break might take the piece for the whole rest.
    if wanted and request.headers.get("Sec-Fetch-Dest") in ("video", "audio"):
        last = min(last, start + PLAYED_AT_ONCE - 1)
    length = last - start + 1
    answer: HttpResponse | StreamingHttpResponse
    if request.method == "HEAD":
        answer = HttpResponse()
    else:
        try:
            file: Any = default_storage.open(key)
        except FileNotFoundError as error:
            raise Http404 from error
        answer = StreamingHttpResponse(FileSlice(file, start, length))
    if wanted:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{last}/{size}"
    answer["Content-Length"] = str(length)
    return answer


def _still_the_same(request: HttpRequest, etag: str, modified: int) -> bool:
    """Whether If-Range (an ETag or a date) still names this very file; yes without one."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == etag
    return parse_http_date_safe(condition) == modified


def _describe(response: HttpResponseBase, *, name: str, content_type: str) -> None:
    if not _PLAIN_TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    is_pdf = content_type == "application/pdf"
    inline = (
        is_pdf or content_type in INLINE_IMAGES or content_type.startswith(("audio/", "video/"))
    )
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Frame-Options"] = "SAMEORIGIN" if inline else "DENY"
    if is_pdf:
        # The browser's PDF viewer does not start inside a sandbox, and a PDF runs nothing here.
        policy = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    elif inline:
        # In a sandbox the browser's own player, a stranger to this site then, may not load
        # the film that it is to play. A picture or a film runs nothing without one either.
        policy = (
            "default-src 'none'; img-src 'self'; media-src 'self'; "
            "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
        )
    else:
        policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Content-Security-Policy"] = policy
