"""A request's idempotency key, and what tells the request from another."""

import hashlib
import re

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

HEADER = "Idempotency-Key"
_VISIBLE_ASCII = re.compile(r"[!-~]{1,64}")


class MalformedKey(Exception):
    """The header is there, but not with 1 to 64 visible ASCII characters."""


def key_of(request: HttpRequest) -> str | None:
    """The key that the client sent, or None without the header; raises MalformedKey.

    Quotes around it are no part of it: the IETF's draft ("The Idempotency-Key HTTP Header
    Field") writes it as a quoted string, most clients send it bare.
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    quoted = len(sent) >= 2 and sent.startswith('"') and sent.endswith('"')
    key = sent[1:-1] if quoted else sent
    if not _VISIBLE_ASCII.fullmatch(key):
        raise MalformedKey
    return key


def fingerprint_of(request: HttpRequest) -> str:
    """SHA-256 in hex over method, path with query, and body; the view can read the body after.

    Not for multipart forms, whose body is gone once Django has parsed it: RawPostDataException.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        # A view that wants this body answers with an error, which is not kept; to any other
        # view the body makes no difference.
        body = b""
    head = f"{request.method}\n{request.get_full_path()}\n"
    return hashlib.sha256(head.encode() + body).hexdigest()
