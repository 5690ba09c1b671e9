"""The list of courses; new, edit, duplicate."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.forms import CourseForm, DuplicateForm
from courses.catalog.models import Course
from courses.catalog.views.answers import REFUSED, form_status, posted, to_builder


@require_safe
@staff_only
def course_list(request: UserRequest) -> HttpResponse:
    """A person's courses: one school year at a time, or what a search finds in all of them."""
    authored = access.courses_authored_by(request.user)
    words = _words(request, "q", 80)
    year = request.GET.get("year", "")
    page = queries.course_page(
        authored=authored,
        year=int(year) if year.isascii() and year.isdigit() else None,
        words=words,
        page=request.GET.get("page"),
    )
    context = {
        "section": "courses",
        "page": page,
        "q": words,
        "trash": queries.trashed_courses(access.courses_in_reach(request.user)),
    }
    return render(request, "catalog/courses.html", context)


@require_safe
@staff_only
def teacher_search(request: UserRequest) -> HttpResponse:
    """A few people for the picker, by name or reading."""
    words = _words(request, "teacher", 40)
    context = {"found": queries.find_teachers(words), "words": words}
    return render(request, "catalog/parts/teachers_found.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def course_new(request: UserRequest) -> HttpResponse:
    form = CourseForm(posted(request), initial={"teachers": [request.user]})
    if form.is_valid():
        course = services.create_course(
            course=form.instance, teachers=form.cleaned_data["teachers"]
        )
        messages.success(request, _("講座を作りました。最初の回を追加しましょう。"))
        return to_builder_or_list(request, course)
    context = {"section": "courses", "form": form}
    return render(request, "catalog/course_form.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def course_edit(request: UserRequest, course_id: int) -> HttpResponse:
    find = access.course_kept if request.method == "POST" else access.course_to_author
    course = find(request.user, course_id)
    title = course.title
    form = CourseForm(posted(request), instance=course)
    if form.is_valid():
        try:
            services.save_edit(
                edited=course,
                fields=form.saved_fields,
                version=form.cleaned_data["version"],
                also=lambda: course.teachers.set(form.cleaned_data["teachers"]),
            )
            overtaken = False
        except services.ConflictError as conflict:
            overtaken = form.overtaken(conflict.saved)
        if not overtaken:
            messages.success(request, _("「%(title)s」を保存しました。") % {"title": course.title})
            return to_builder_or_list(request, course)
    context = {"section": "courses", "course": course, "title": title, "form": form}
    return render(request, "catalog/course_form.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def course_duplicate(request: UserRequest, course_id: int) -> HttpResponse:
    """The same course for another school year."""
    course = access.course_to_author(request.user, course_id)
    form = DuplicateForm(posted(request), source=course)
    if form.is_valid():
        copy = services.duplicate_course(source=course, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("講座を複製しました。すべて下書きです。日程を確かめて公開してください。")
        )
        return to_builder(copy.pk)
    context = {"section": "courses", "course": course, "form": form}
    status = REFUSED if form.is_bound else 200
    return render(request, "catalog/course_duplicate.html", context, status=status)


def _words(request: UserRequest, name: str, longest: int) -> str:
    """What is searched for, without the one character that PostgreSQL cannot be asked for."""
    return request.GET.get(name, "").replace("\0", "").strip()[:longest]


def to_builder_or_list(request: UserRequest, course: Course) -> HttpResponse:
    """Who has taken himself off the course no longer gets into its builder."""
    if access.may_author(request.user, course):
        return to_builder(course.pk)
    return redirect("catalog:courses")
