"""A stored file sent by this application: whole or one range of it, in chunks."""

import hashlib
import re
from typing import IO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from elearning.storage.current import material_storage

CHUNK = 256 * 1024
PLAYED_AT_ONCE = 4 * 1024 * 1024
"""A player asks for all that is left and then reads as slowly as it plays: each viewer would
keep a thread of ours for as long as the film lasts. It gets a piece and asks for the next."""
MAX_AGE = 3600

# At most 18 digits: int() refuses thousands of them, and no file is that long.
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class NotSatisfiable(Exception):
    """The range begins after the file's end."""


def stream(request: HttpRequest, key: str) -> HttpResponseBase:
    """The bytes under `key` as an answer to this GET or HEAD, without type and name.

    200, 206 (one range; several are answered with the whole file), 304, 412 or 416; Http404 if
    the file is gone.
    """
    storage = material_storage()
    try:
        size = storage.size(key)
        modified = int(storage.get_modified_time(key).timestamp())
    except FileNotFoundError as error:
        raise Http404 from error
    etag = f'"{hashlib.sha256(f"{key}:{size}:{modified}".encode()).hexdigest()[:32]}"'

    response: HttpResponseBase | None
    response = get_conditional_response(request, etag=etag, last_modified=modified)
    if response is None:
        response = _answer(request, key, size, etag, modified)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    # Pupils share computers: `private` alone would let the next one to sign in be served from
    # the browser's cache, so the session is part of the cache's key. A film is not cached at
    # all: where a player seeks, a cache asks two or three times to fill in what it has not.
    cached = "no-store" if _is_player(request) else f"private, max-age={MAX_AGE}"
    response["Cache-Control"] = f"{cached}, no-transform"
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
    if wanted and _is_player(request):
        last = min(last, start + PLAYED_AT_ONCE - 1)
    length = last - start + 1
    answer: HttpResponse | StreamingHttpResponse
    if request.method == "HEAD":
        answer = HttpResponse()
    else:
        try:
            file = material_storage().open(key)
        except FileNotFoundError as error:
            raise Http404 from error
        answer = StreamingHttpResponse(FileSlice(file, start, length))
    if wanted:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{last}/{size}"
    answer["Content-Length"] = str(length)
    return answer


def _is_player(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Dest") in ("video", "audio")


def _still_the_same(request: HttpRequest, etag: str, modified: int) -> bool:
    """Whether If-Range (an ETag or a date) still names this very file; yes without one."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == etag
    return parse_http_date_safe(condition) == modified
