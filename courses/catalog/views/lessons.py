"""A new lesson, and a lesson's own page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.forms import LessonForm, NewLessonForm
from courses.catalog.views.answers import (
    REFUSED,
    builder_context,
    form_status,
    is_htmx,
    posted,
    to_builder,
)


@require_POST
@staff_only
def lesson_new(request: UserRequest, course_id: int) -> HttpResponse:
    """From the line at the builder's foot: a title, and the lesson is there."""
    course = access.course_to_author(request.user, course_id)
    form = NewLessonForm(request.POST)
    context = builder_context(course, lesson_form=form)
    if not form.is_valid():
        if is_htmx(request):
            return render(request, "catalog/parts/add_lesson.html", context, status=REFUSED)
        context |= {
            "outline": queries.course_outline(course),
            "trash": queries.trash_of(course),
        }
        return render(request, "catalog/course.html", context, status=REFUSED)
    lesson = services.add_lesson(course=course, title=form.cleaned_data["title"])
    if not is_htmx(request):
        return to_builder(course.pk, lesson.pk)
    said = _("「%(title)s」を追加しました。") % {"title": lesson.title}
    context |= {"lesson_form": None, "outline": queries.lesson_outline(lesson), "said": said}
    return render(request, "catalog/answers/lesson_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def lesson_edit(request: UserRequest, lesson_id: int) -> HttpResponse:
    """Title, state and window."""
    find = access.lesson_kept if request.method == "POST" else access.lesson_to_author
    lesson = find(request.user, lesson_id)
    title = lesson.title
    form = LessonForm(posted(request), instance=lesson)
    if form.is_valid():
        try:
            services.save_edit(
                edited=lesson, fields=form.saved_fields, version=form.cleaned_data["version"]
            )
            overtaken = False
        except services.ConflictError as conflict:
            overtaken = form.overtaken(conflict.saved)
        if not overtaken:
            messages.success(request, _("「%(title)s」を保存しました。") % {"title": lesson.title})
            return to_builder(lesson.course_id, lesson.pk)
    context = {
        "section": "courses",
        "lesson": lesson,
        "title": title,
        "course": lesson.course,
        "form": form,
    }
    return render(request, "catalog/lesson.html", context, status=form_status(form))
