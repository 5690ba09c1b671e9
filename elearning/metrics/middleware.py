"""Counts every request that reaches Django, and how long it took."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from elearning.metrics import emitting
from elearning.metrics.counting import counting
from elearning.metrics.routes import route_of
from elearning.metrics.web import ALL, Web

MATCH = "elearning.metrics.match"


class MetricsMiddleware:
    """The time is that until the response begins: how long a stream takes is its reader's affair.

    Static files, which WhiteNoise answers without the application, are not counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if settings.METRICS == "off":
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._by_route = settings.METRICS == "routes"
        self._static = settings.STATIC_URL

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        emitting.ensure_running(Web)
        began = time.perf_counter()
        response = self.get_response(request)
        milliseconds = (time.perf_counter() - began) * 1000
        if not request.path.startswith(self._static):
            route = route_of(request.META.get(MATCH)) if self._by_route else ALL
            counting.request(route, response.status_code, milliseconds)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        # DatabaseMiddleware may run a request again as another object; the environ is the same.
        request.META[MATCH] = request.resolver_match
