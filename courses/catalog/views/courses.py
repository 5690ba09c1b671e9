"""Pages."""

from typing import Any

from django.http import Http404, HttpResponse

from accounts.requests import UserRequest, staff_only


@staff_only
def course_list(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def course_new(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def teacher_search(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def course_edit(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404


@staff_only
def course_duplicate(request: UserRequest, **ids: Any) -> HttpResponse:
    raise Http404
