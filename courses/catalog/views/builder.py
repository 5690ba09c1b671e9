"""Pages."""

from typing import Any

from django.http import Http404, HttpResponse

from accounts.requests import UserRequest, staff_only


@staff_only
def course(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def course_state(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def lesson_section(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def lesson_state(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def lesson_publish(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def activity_state(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404
