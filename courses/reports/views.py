"""Pages."""

from accounts.requests import UserRequest
from django.http import HttpResponse


def office_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")


def teacher_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")
