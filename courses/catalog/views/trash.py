"""Into the bin without a question, and out of it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.models import Activity, Course, Lesson
from courses.catalog.views.answers import builder_context, is_htmx, lesson_answer, to_builder


@require_POST
@staff_only
def course_delete(request: UserRequest, course_id: int) -> HttpResponse:
    course = access.course_kept(request.user, course_id)
    services.delete(item=course)
    undo = reverse("catalog:course_restore", args=[course.pk])
    messages.success(request, _deleted(course), extra_tags=undo)
    return redirect("catalog:courses")


@require_POST
@staff_only
def course_restore(request: UserRequest, course_id: int) -> HttpResponse:
    course = access.course_kept(request.user, course_id)
    services.restore(item=course)
    messages.success(request, _restored(course))
    return to_builder(course.pk)


@require_POST
@staff_only
def lesson_delete(request: UserRequest, lesson_id: int) -> HttpResponse:
    lesson = access.lesson_kept(request.user, lesson_id)
    services.delete(item=lesson)
    undo = reverse("catalog:lesson_restore", args=[lesson.pk])
    messages.success(request, _deleted(lesson), extra_tags=undo)
    if not is_htmx(request):
        return to_builder(lesson.course_id)
    context = builder_context(lesson.course, trash=queries.trash_of(lesson.course))
    return render(request, "catalog/answers/lesson_gone.html", context)


@require_POST
@staff_only
def lesson_restore(request: UserRequest, lesson_id: int) -> HttpResponse:
    lesson = access.lesson_kept(request.user, lesson_id)
    services.restore(item=lesson)
    messages.success(request, _restored(lesson))
    return to_builder(lesson.course_id, lesson.pk)


@require_POST
@staff_only
def activity_delete(request: UserRequest, activity_id: int) -> HttpResponse:
    activity = access.activity_kept(request.user, activity_id)
    services.delete(item=activity)
    undo = reverse("catalog:activity_restore", args=[activity.pk])
    return lesson_answer(request, activity.lesson, _deleted(activity), undo=undo)


@require_POST
@staff_only
def activity_restore(request: UserRequest, activity_id: int) -> HttpResponse:
    activity = access.activity_kept(request.user, activity_id)
    services.restore(item=activity)
    messages.success(request, _restored(activity))
    return to_builder(activity.lesson.course_id, activity.lesson_id)


def _deleted(item: Course | Lesson | Activity) -> str:
    return _("「%(title)s」をごみ箱に移しました。") % {"title": item.title}


def _restored(item: Course | Lesson | Activity) -> str:
    return _("「%(title)s」を元に戻しました。") % {"title": item.title}
