"""The pages of teachers and the office about progress."""

import datetime

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.models import ClassGroup, Role
from accounts.requests import UserRequest, operators_only, roles, staff_only
from accounts.timetable import meeting_hours
from courses.catalog.years import current_school_year
from courses.materials.queries.usage import total
from courses.reports.access import class_to_see, student_to_see
from courses.reports.forms import ClassFilterForm
from courses.reports.queries.classes import (
    class_rows,
    found_classes,
    older_classes,
    years_of,
)
from courses.reports.queries.matrix import class_courses, class_matrices, most_pressing
from courses.reports.queries.office import school_at_a_glance
from courses.reports.queries.person import student_picture
from courses.reports.queries.spreadsheet import csv_of
from courses.reports.queries.storage import By, quota_by, rows_by, storage_lines
from courses.reports.queries.teacher import teacher_day

CLASSES_A_PAGE = 30
LINES_A_PAGE = 50


@require_safe
@roles(Role.TEACHER)
def teacher_home(request: UserRequest) -> HttpResponse:
    context = {
        "section": "home",
        "today": timezone.localdate(),
        "day": teacher_day(request.user),
    }
    return render(request, "reports/teacher_home.html", context)


@require_safe
@operators_only
def office_home(request: UserRequest) -> HttpResponse:
    school = school_at_a_glance()
    context = {
        "section": "home",
        "today": timezone.localdate(),
        "school": school,
        "year_text": str(school.year),
        "recent_text": f"{school.recent_from.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return render(request, "reports/office_home.html", context)


@require_safe
@operators_only
def storage(request: UserRequest) -> HttpResponse:
    """How much room material takes: by course, or with `?by=teacher` by who uploaded it."""
    by: By = "teacher" if request.GET.get("by") == "teacher" else "course"
    rows = rows_by(by)
    page = Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    largest = max((taken.size for _pk, taken in rows), default=0)
    context = {
        "section": "storage",
        "by": by,
        "total": total(),
        "quota": quota_by(by),
        "page": page,
        "lines": storage_lines(by, list(page.object_list), largest=largest),
        "narrowing": f"by={by}",
    }
    return render(request, "reports/storage.html", context)


@require_safe
@staff_only
def classes(request: UserRequest) -> HttpResponse:
    if request.user.role == Role.OPERATOR:
        return _all_classes(request)
    year = current_school_year()
    page = _page_of_classes(request, year=year)
    context = {
        "section": "classes",
        "year": year,
        "page": page,
        "rows": class_rows(page.object_list),
        "older": older_classes(request.user, year=year),
    }
    return render(request, "reports/classes.html", context)


def _all_classes(request: UserRequest) -> HttpResponse:
    this_year = current_school_year()
    asked = request.GET.copy()
    asked.setdefault("year", str(this_year))
    form = ClassFilterForm(asked, years=years_of(request.user, this_year))
    form.is_valid()
    wanted = form.cleaned_data
    year = wanted.get("year") or this_year
    campus = wanted.get("campus")
    page = _page_of_classes(
        request, year=year, text=wanted.get("q") or "", campus_id=campus.pk if campus else None
    )
    narrowing = request.GET.copy()
    narrowing.pop("page", None)
    context = {
        "section": "classes",
        "year": year,
        "form": form,
        "narrowed": bool(wanted.get("q") or campus),
        "page": page,
        "rows": class_rows(page.object_list),
        "narrowing": narrowing.urlencode(),
    }
    return render(request, "reports/classes.html", context)


def _page_of_classes(
    request: UserRequest, *, year: int, text: str = "", campus_id: int | None = None
) -> Page[ClassGroup]:
    found = found_classes(request.user, year=year, text=text, campus_id=campus_id)
    return Paginator(found, CLASSES_A_PAGE).get_page(request.GET.get("page"))


@require_safe
@staff_only
def class_matrix(request: UserRequest, class_id: int) -> HttpResponse:
    """The course asked for; else, or where the class does not take it, the most pressing one."""
    class_group = class_to_see(request.user, class_id)
    by_kana = request.GET.get("sort") == "kana"
    tabs = class_courses(class_group, request.user)
    asked = [tab.course for tab in tabs if str(tab.course.pk) == request.GET.get("course")]
    courses = asked or [tab.course for tab in tabs]
    matrix = most_pressing(class_matrices(class_group, courses, by_kana=by_kana))
    context = {
        "section": "classes",
        "class_group": class_group,
        "hours": meeting_hours(class_group.meetings.all()),
        "tabs": tabs,
        "tab": next((tab for tab in tabs if matrix and tab.course == matrix.course), None),
        "matrix": matrix,
        "by_kana": by_kana,
        "today": timezone.localdate(),
    }
    return render(request, "reports/class.html", context)


@require_safe
@staff_only
def class_csv(request: UserRequest, class_id: int) -> HttpResponse:
    """The class as a register is: by kana; one course with `?course=`, else all of them."""
    class_group = class_to_see(request.user, class_id)
    tabs = class_courses(class_group, request.user)
    courses = [tab.course for tab in tabs]
    asked = [c for c in courses if str(c.pk) == request.GET.get("course")]
    matrices = class_matrices(class_group, asked or courses, by_kana=True)
    name, content = csv_of(class_group, matrices, asked[0] if asked else None)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@staff_only
def student(request: UserRequest, class_id: int, student_id: int) -> HttpResponse:
    class_group = class_to_see(request.user, class_id)
    learner = student_to_see(class_group, student_id)
    context = {
        "section": "classes",
        "class_group": class_group,
        "learner": learner,
        "picture": student_picture(class_group, learner),
    }
    return render(request, "reports/student.html", context)
