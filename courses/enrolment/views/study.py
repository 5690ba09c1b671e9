"""What a page that is being studied sends: heartbeats, and 'I am done'."""

import json
from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest, students_only
from courses.enrolment import services
from courses.enrolment.access import activity_to_open
from elearning.db.context import no_pin
from elearning.db.idempotency.decorators import idempotent
from elearning.numbers import finite


@require_POST
@students_only
@no_pin()
@idempotent
def beat(request: UserRequest, activity_id: int) -> JsonResponse:
    """A heartbeat of study.js, in JSON; single fields that make no sense are ignored."""
    activity = activity_to_open(request.user, activity_id)
    try:
        payload = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig):
        payload = None
    if not isinstance(payload, dict):
        return JsonResponse(
            {"error": _("学習の記録を読み取れませんでした。ページを読み込み直してください。")},
            status=400,
        )
    stored = services.record_beat(
        student=request.user,
        activity=activity,
        seconds=finite(payload.get("seconds")) or 0,
        position=finite(payload.get("position")),
        payload=payload,
    )
    return JsonResponse(asdict(stored))


@require_POST
@students_only
def complete(request: UserRequest, activity_id: int) -> HttpResponse:
    """The student's own 'done'; back to where he was."""
    activity = activity_to_open(request.user, activity_id)
    try:
        if services.complete(student=request.user, activity=activity):
            messages.success(
                request, _("「%(title)s」を完了にしました。") % {"title": activity.title}
            )
    except services.Refused as refused:
        messages.error(request, str(refused))
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        following = reverse("learning:activity", args=[activity.pk])
    return redirect(following)
