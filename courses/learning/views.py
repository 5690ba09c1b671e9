"""Pages."""

from accounts.requests import UserRequest
from django.http import HttpResponse


def guardian_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")


def student_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")
