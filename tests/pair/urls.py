"""The site's addresses, and one whose view is whatever a test has put there."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from config.urls import urlpatterns as of_the_site

PROBE = "/probe/"


class Probe:
    """`view` answers at PROBE; what is no response is put into one as text."""

    view: Callable[[HttpRequest], Any]


probe = Probe()


@login_not_required
def answer(request: HttpRequest) -> HttpResponseBase:
    answered = probe.view(request)
    return answered if isinstance(answered, HttpResponseBase) else HttpResponse(str(answered))


urlpatterns = [path(PROBE.lstrip("/"), answer), *of_the_site]
