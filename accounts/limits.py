"""Guessing passwords is stopped, and a classroom behind one address is not.

Two counts. A name's failures are counted by allauth (`login_failed` in ACCOUNT_RATE_LIMITS).
An address's failures are counted here and not by allauth: its own count per address takes a
lock on every sign-in and refuses whoever waits for it longer than a second, which is what
forty children who press the button together would meet.
"""

import ipaddress
import time

from allauth.core import context, ratelimit
from django.conf import settings
from django.core.cache import cache

WINDOW_SECONDS = 60


def _network(address: str) -> str:
    """IPv6 hands a household a whole /64, so that is what is counted as one place."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def _key(address: str) -> str:
    return f"sign-in-failures:{_network(address)}:{int(time.time() // WINDOW_SECONDS)}"


def too_many_failures_from(address: str) -> bool:
    """Whether this IP address has failed too often in the running minute; takes no lock."""
    failures: int = cache.get(_key(address), 0)
    return failures >= settings.SIGN_IN_FAILURES_PER_MINUTE


def count_failure_from(address: str) -> None:
    """Count one; of several at the very same moment some may be missed, which a bound on a
    whole address can bear."""
    key = _key(address)
    if not cache.add(key, 1, WINDOW_SECONDS * 2):
        try:
            cache.incr(key)
        except ValueError:
            # It ran out between the two calls: a new minute has begun.
            cache.add(key, 1, WINDOW_SECONDS * 2)


def name_key(username: str) -> str:
    """What failures of this (normalised) sign-in name are counted under."""
    return f"name:{username}"


def forget_failures(username: str) -> None:
    """Let a name in again at once, when it has just been given another password."""
    ratelimit.clear(context.request, action="login_failed", key=name_key(username))
