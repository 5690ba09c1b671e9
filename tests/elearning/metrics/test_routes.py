"""By which names latencies are told, and how many of them there can be."""

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path, resolve

from elearning.metrics import routes
from elearning.metrics.routes import MOST, known, names, route_of


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/", "home"),
        ("/login/", "account_login"),
        ("/courses/12/", "learning:course"),
        ("/admin/", "admin"),
        ("/admin/accounts/user/3/change/", "admin"),
        ("/admin/no/such/thing/", "admin"),
    ],
)
def test_a_route_is_the_name_of_its_address_in_the_resolver(address, route):
    assert route_of(resolve(address)) == route


def test_what_matches_no_address_is_unmatched():
    assert route_of(None) == "unmatched"


def test_every_address_of_the_site_has_a_metric_of_its_own():
    """If this fails: fold some into one name as the admin's, or pay for more (docs/metrics.md)."""
    of_the_site = set(names(get_resolver("config.urls")))

    assert len(of_the_site) <= MOST
    assert known("config.urls") == of_the_site


def answer(request):
    return HttpResponse()


class Many:
    """An URLconf with more names than there may be metrics, and an address without one."""

    urlpatterns = [
        *(path(f"{number}/", answer, name=f"page_{number}") for number in range(MOST + 20)),
        path("nameless/", answer),
    ]


@pytest.fixture
def many(settings):
    settings.ROOT_URLCONF = Many
    known.cache_clear()
    yield
    known.cache_clear()


def test_addresses_beyond_the_most_are_others_in_every_process(many):
    told = [route_of(resolve(f"/{number}/")) for number in reversed(range(MOST + 20))]

    assert told == [routes.OTHER] * 20 + [f"page_{number}" for number in reversed(range(MOST))]


def test_an_address_without_a_name_is_another(many):
    assert route_of(resolve("/nameless/")) == routes.OTHER
