"""`/` shows each role its own home; only this layer knows all of them."""

from django.http import HttpResponseBase

from accounts.models import Role
from accounts.requests import UserRequest
from courses.learning.views import guardian_home, student_home
from courses.reports.views import office_home, teacher_home

HOMES = {
    Role.STUDENT: student_home,
    Role.GUARDIAN: guardian_home,
    Role.TEACHER: teacher_home,
    Role.OPERATOR: office_home,
}


def home(request: UserRequest) -> HttpResponseBase:
    return HOMES[Role(request.user.role)](request)
