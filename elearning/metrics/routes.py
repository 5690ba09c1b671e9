"""The names that latencies are told by: few, and never anything a visitor could make up.

Every name is a metric that is paid for.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from django.conf import settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

MOST = 80
"""The first so many in the order of the addresses, so that all processes tell of the same.
tests/elearning/metrics/test_routes.py says so before there are more."""

ADMIN = "admin"
"""Django's admin has a route for every model and verb, and a few visits a day: one name."""

OTHER = "other"
UNMATCHED = "unmatched"
"""No address of ours, or answered before anybody looked."""


def route_of(match: ResolverMatch | None) -> str:
    """The URL's name with its namespace, or one of the names above."""
    if match is None:
        return UNMATCHED
    name = _name(match.namespaces, match.url_name)
    return name if name in known(settings.ROOT_URLCONF) else OTHER


@cache
def known(urlconf: str) -> frozenset[str]:
    """At most `MOST` names."""
    distinct = dict.fromkeys(names(get_resolver(urlconf)))
    return frozenset(islice(distinct, MOST))


def names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Of all addresses that have one, in their order."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from names(pattern, namespaces + own)
        elif isinstance(pattern, URLPattern):
            name = _name(namespaces, pattern.name)
            if name is not None:
                yield name


def _name(namespaces: tuple[str, ...] | list[str], name: str | None) -> str | None:
    if namespaces and namespaces[0] == "admin":
        return ADMIN
    return None if name is None else ":".join([*namespaces, name])
