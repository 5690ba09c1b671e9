"""How a browser may treat a stored file: shown in our pages, or only saved."""

import re
from pathlib import PurePosixPath

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

INLINE_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}

_PLAIN_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def plain_type(content_type: str) -> str:
    """The type itself, or the one that says nothing if it is none or brings parameters."""
    return content_type if _PLAIN_TYPE.fullmatch(content_type) else "application/octet-stream"


def opens_inline(content_type: str) -> bool:
    """Only PDF, the web's images, audio and video open in the browser; all else is saved."""
    return (
        content_type == "application/pdf"
        or content_type in INLINE_IMAGES
        or content_type.startswith(("audio/", "video/"))
    )


LONGEST_STEM = 120
"""Characters of a name before its ending. A Japanese one is nine times as long within a signed
address, and CloudFront takes 8192 characters of that."""


def disposition(*, name: str, inline: bool) -> str:
    """A Content-Disposition (RFC 6266) with this name, a very long one cut before its ending."""
    path = PurePosixPath(name)
    ending = path.suffix if len(path.suffix) <= 10 else ""
    stem = name.removesuffix(ending)[:LONGEST_STEM].rstrip()
    return content_disposition_header(not inline, stem + ending) or "attachment"


def present(response: HttpResponseBase, *, name: str, content_type: str, inline: bool) -> None:
    """Set what the browser must know of the file in `response`, and what it may do with it."""
    response["Content-Type"] = content_type
    response["Content-Disposition"] = disposition(name=name, inline=inline)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Frame-Options"] = "SAMEORIGIN" if inline else "DENY"
    response["Content-Security-Policy"] = _policy(content_type, inline=inline)


def _policy(content_type: str, *, inline: bool) -> str:
    if not inline:
        return "default-src 'none'; frame-ancestors 'none'; sandbox"
    if content_type == "application/pdf":
        # The browser's PDF viewer does not start inside a sandbox, and a PDF runs nothing here.
        return "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    # In a sandbox the browser's own player, a stranger to this site then, may not load the film
    # that it is to play. A picture or a film runs nothing without one either.
    return (
        "default-src 'none'; img-src 'self'; media-src 'self'; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    )
