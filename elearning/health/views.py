"""`/healthz`: what alarms and operators ask. The same for people: status_page.py."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.generic import View
from health_check.views import HealthCheckView

from elearning.db.status import describe
from elearning.health.check import status_of
from elearning.health.rounds import SEVERITY, Round, rounds

LAST_LINE = b"# EOF\n"

# Of status.describe(), what names no server, account or address.
SHOWN = (
    "reads",
    "writer",
    "reader",
    "monitor",
    "requests",
    "failovers",
    "connection_generation",
)


class HealthView(HealthCheckView):
    """JSON, or OpenMetrics to who asks for it by Accept or `?format=openmetrics`.

    JSON: `{"status": "ok" | "degraded" | "down", "at": …, "checks": {name: {"status", "word",
    "ms"}}, "database": {…}}`; 503 when down, else 200. OpenMetrics is 200 always: a scraper
    throws away what comes with any other status, and its alarms go by the values.

    404 without `Authorization: Bearer <HEALTH_TOKEN>`, and where HEALTH_TOKEN is not set.
    """

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return View.dispatch(self, request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may_ask(request):
            raise Http404
        found = rounds.latest()
        if _wants_openmetrics(request):
            return self._openmetrics(found)
        body = {
            "status": found.status,
            "at": found.at.isoformat(),
            "checks": found.findings,
            "database": _database(),
        }
        return JsonResponse(body, status=503 if found.status == "down" else 200)

    def _openmetrics(self, found: Round) -> HttpResponse:
        """The library's, where degraded counts as not healthy, and ours that tells it apart."""
        self.results = list(found.results)
        response: HttpResponse = self.render_to_response_openmetrics()  # type: ignore[no-untyped-call]
        lines = ["# TYPE elearning_health stateset"]
        for result in found.results:
            for status in SEVERITY:
                labels = f'check="{result.check}",elearning_health="{status}"'
                lines.append(f"elearning_health{{{labels}}} {status == status_of(result.error):d}")
        ours = "".join(f"{line}\n" for line in lines).encode()
        response.content = response.content.removesuffix(LAST_LINE) + ours + LAST_LINE
        return response


healthz = login_not_required(never_cache(HealthView.as_view()))


def _database() -> dict[str, Any]:
    known = describe()
    shown: dict[str, Any] = {key: known[key] for key in SHOWN}
    shown["events"] = [{"at": event["at"], "name": event["name"]} for event in known["events"]]
    return shown


def _wants_openmetrics(request: HttpRequest) -> bool:
    if wanted := request.GET.get("format"):
        return wanted == "openmetrics"
    # Whatever version and parameters: only a scraper names it at all.
    return any(
        (kind.main_type, kind.sub_type) == ("application", "openmetrics-text")
        for kind in request.accepted_types
    )


def _may_ask(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(settings.HEALTH_TOKEN)
        and scheme.lower() == "bearer"
        and constant_time_compare(token, settings.HEALTH_TOKEN)
    )
