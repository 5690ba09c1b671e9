"""Where a request comes from, behind load balancers of ours."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The IP address, IPv4 or IPv6, that the first of our TRUSTED_PROXIES saw.

    Each proxy appends whom it saw to X-Forwarded-For; what stands before our own entries the
    client may have made up. Where there are fewer entries than proxies, somebody came past the
    outer ones, and the leftmost is still one of ours. What is no address does not count.
    """
    proxies = settings.TRUSTED_PROXIES
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies:
        for entry in entries[-proxies:]:
            if address := _address(entry.strip()):
                return address
    return str(request.META.get("REMOTE_ADDR", ""))


def _address(entry: str) -> str | None:
    """Of `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`."""
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        return str(ipaddress.ip_address(entry))
    except ValueError:
        return None
