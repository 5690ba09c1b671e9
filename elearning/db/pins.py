"""The pin: a cookie that says until when this browser reads from the writer.

It claims nothing but freshness, so it is not signed; one that claims too much is cut short.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from elearning.db import promises


@dataclass(frozen=True, slots=True)
class Pin:
    """Live until `until`, in seconds since 1970; `cut` if the browser claimed more."""

    until: float
    cut: bool = False


def cookie_name() -> str:
    return f"{settings.HOST_COOKIE_PREFIX}read_from_writer_until"


def new() -> Pin:
    return Pin(time.time() + promises.PIN)


def of(request: HttpRequest) -> Pin | None:
    """The browser's pin while it is live; None too for a value that is none."""
    value = request.COOKIES.get(cookie_name(), "")
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        return None
    claimed, now = int(value) / 1000, time.time()
    if claimed <= now:
        return None
    longest = now + promises.LONGEST_PIN
    return Pin(longest, cut=True) if claimed > longest else Pin(claimed)


def put_on(response: HttpResponseBase, pin: Pin) -> None:
    response.set_cookie(
        cookie_name(),
        str(int(pin.until * 1000)),
        max_age=int(promises.LONGEST_PIN),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
