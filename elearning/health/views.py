"""`/healthz`: what alarms ask about the state of the databases."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from elearning.db.status import describe
from elearning.db.writer_check import writer_answers

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


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """`{"status": "ok" | "degraded" | "down", "database": {…}}`; 503 when down, else 200.

    404 without `Authorization: Bearer <HEALTH_TOKEN>`, and where HEALTH_TOKEN is not set.
    """
    if not _may_ask(request):
        raise Http404
    answers = writer_answers()
    known = describe()
    status = known["status"] if answers else "down"
    shown: dict[str, Any] = {key: known[key] for key in SHOWN}
    shown["events"] = [{"at": event["at"], "name": event["name"]} for event in known["events"]]
    body = {"status": status, "database": shown}
    return JsonResponse(body, status=503 if status == "down" else 200)


def _may_ask(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(settings.HEALTH_TOKEN)
        and scheme.lower() == "bearer"
        and constant_time_compare(token, settings.HEALTH_TOKEN)
    )
