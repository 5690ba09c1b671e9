"""Pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.queries import active_students, classes_taught_by
from accounts.requests import UserRequest, operators_only, roles, staff_only
from courses.reports.access import class_to_see, student_to_see


@require_safe
@roles(Role.TEACHER)
def teacher_home(request: UserRequest) -> HttpResponse:
    found = classes_taught_by(request.user)
    return render(request, "reports/plain.html", {"section": "home", "classes": found})


@require_safe
@operators_only
def office_home(request: UserRequest) -> HttpResponse:
    return render(request, "reports/plain.html", {"section": "home"})


@require_safe
@staff_only
def classes(request: UserRequest) -> HttpResponse:
    found = classes_taught_by(request.user)
    return render(request, "reports/plain.html", {"section": "classes", "classes": found})


@require_safe
@staff_only
def class_matrix(request: UserRequest, class_id: int) -> HttpResponse:
    class_group = class_to_see(request.user, class_id)
    students = active_students(class_group)
    context = {"section": "classes", "class_group": class_group, "students": students}
    return render(request, "reports/plain.html", context)


@require_safe
@staff_only
def class_csv(request: UserRequest, class_id: int) -> HttpResponse:
    class_group = class_to_see(request.user, class_id)
    names = "".join(f"{s.full_name}\r\n" for s in active_students(class_group))
    return HttpResponse("\ufeff" + names, content_type="text/csv; charset=utf-8")


@require_safe
@staff_only
def student(request: UserRequest, class_id: int, student_id: int) -> HttpResponse:
    class_group = class_to_see(request.user, class_id)
    learner = student_to_see(class_group, student_id)
    context = {"section": "classes", "class_group": class_group, "learner": learner}
    return render(request, "reports/plain.html", context)
