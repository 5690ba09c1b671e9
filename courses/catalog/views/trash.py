"""Pages."""

from typing import Any

from django.http import Http404, HttpResponse

from accounts.requests import UserRequest, staff_only


@staff_only
def course_delete(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def course_restore(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def lesson_delete(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def lesson_restore(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def activity_delete(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def activity_restore(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404
