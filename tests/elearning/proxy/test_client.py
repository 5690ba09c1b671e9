"""Whose address counts, whatever a client writes into the header."""

import pytest
from django.test import RequestFactory

from elearning.proxy.client import client_address

BALANCER = "10.0.1.23"


def seen(forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(REMOTE_ADDR=BALANCER).get("/", headers=headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, BALANCER),
        (0, "203.0.113.5", BALANCER),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.7, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.7, 203.0.113.5, 192.0.2.1", "203.0.113.5"),
        # It came past the outer proxy: the only entry is the inner one's.
        (2, "203.0.113.5", "203.0.113.5"),
        (1, "2001:DB8::A", "2001:db8::a"),
        (1, "[2001:db8::a]:443", "2001:db8::a"),
        (1, "203.0.113.5:51234", "203.0.113.5"),
    ],
)
def test_the_first_of_our_proxies_saw_the_client(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert seen(forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "<script>", "203.0.113.500", ", ,"])
def test_what_is_no_address_does_not_count(settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    assert seen(forwarded) == BALANCER
