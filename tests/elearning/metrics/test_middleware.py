"""Which requests are counted, under which name, and how long each is said to have taken."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from elearning.metrics import emitting, middleware
from elearning.metrics.counting import counting
from elearning.metrics.middleware import MetricsMiddleware
from elearning.metrics.web import Web


@pytest.fixture(autouse=True)
def _no_thread(monkeypatch):
    monkeypatch.setattr(emitting, "ensure_running", lambda source: None)


@pytest.fixture
def by_route(settings):
    settings.METRICS = "routes"


def routes() -> dict[str, int]:
    return {route: len(times) for route, times in counting.take_requests().latencies.items()}


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_address(by_route):
    client = Client()
    client.get("/login/")
    client.get("/login/", {"next": "/courses/12/"})
    client.get("/courses/12/")
    client.get("/courses/13/")
    client.get("/wp-login.php")
    client.get("/徳川/家康/")

    assert routes() == {"account_login": 2, "learning:course": 2, "unmatched": 2}


@pytest.mark.django_db
def test_without_routes_all_are_one(settings):
    settings.METRICS = "service"
    client = Client()
    client.get("/login/")
    client.get("/no/such/page/")

    assert routes() == {"": 2}


@pytest.mark.django_db
def test_probes_and_static_files_are_not_counted(by_route):
    client = Client()
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/static/elearning/css/base.css").status_code in (200, 404)
    assert client.get("/static/no/such.css").status_code == 404

    assert routes() == {}


@pytest.mark.django_db
def test_switched_off_it_is_not_there_at_all(settings):
    settings.METRICS = "off"
    with pytest.raises(MiddlewareNotUsed):
        MetricsMiddleware(lambda request: HttpResponse())

    Client().get("/login/")

    assert routes() == {}


@pytest.mark.django_db
def test_a_view_that_breaks_is_an_error_of_its_route(by_route, monkeypatch):
    def broken(*arguments, **keywords):
        raise ZeroDivisionError

    monkeypatch.setattr("allauth.account.views.LoginView.get_context_data", broken)

    assert Client(raise_request_exception=False).get("/login/").status_code == 500

    requests = counting.take_requests()
    assert list(requests.latencies) == ["account_login"]
    assert requests.errors == 1


class Clock:
    now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(middleware, "time", clock)
    return clock


def test_a_stream_is_counted_when_it_begins(by_route, clock):
    def film():
        clock.now += 600
        yield b"..."

    def answer(request):
        clock.now += 0.25
        return StreamingHttpResponse(film())

    response = MetricsMiddleware(answer)(RequestFactory().get("/files/1/a.mp4"))

    assert counting.take_requests().latencies == {"unmatched": [250.0]}
    assert b"".join(response) == b"..."
    assert routes() == {}


def test_a_request_that_was_run_again_keeps_its_route(by_route):
    """DatabaseMiddleware runs it as another object; the outer one never met the resolver."""

    def run_as_another(request):
        another = type(request)(request.environ)
        another.resolver_match = resolve("/login/")
        counted.process_view(another)
        return HttpResponse()

    counted = MetricsMiddleware(run_as_another)
    counted(RequestFactory().get("/login/"))

    assert routes() == {"account_login": 1}


def test_the_first_request_begins_the_thread(by_route, monkeypatch):
    begun = []
    monkeypatch.setattr(emitting, "ensure_running", begun.append)

    MetricsMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))

    assert begun == [Web]
