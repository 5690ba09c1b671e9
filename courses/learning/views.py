"""Pages of students and guardians."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.queries import children_of
from accounts.requests import UserRequest, guardians_only, students_only
from courses.enrolment.access import activity_to_open, course_to_open


@require_safe
@students_only
def student_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")


@require_safe
@guardians_only
def guardian_home(request: UserRequest) -> HttpResponse:
    return HttpResponse("")


@require_safe
@students_only
def courses(request: UserRequest) -> HttpResponse:
    return HttpResponse("")


@require_safe
def course(request: UserRequest, course_id: int) -> HttpResponse:
    return HttpResponse(course_to_open(request.user, course_id).title)


@require_safe
def activity(request: UserRequest, activity_id: int) -> HttpResponse:
    return HttpResponse(activity_to_open(request.user, activity_id).title)


@require_safe
@guardians_only
def child(request: UserRequest, child_id: int) -> HttpResponse:
    return HttpResponse(get_object_or_404(children_of(request.user), pk=child_id).full_name)
