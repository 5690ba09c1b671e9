"""New orders from dragging or the arrow buttons."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.forms import OrderForm
from courses.catalog.models import Course
from courses.catalog.views.answers import CONFLICT, builder_context


@require_POST
@staff_only
def lesson_order(request: UserRequest, course_id: int) -> HttpResponse:
    """`ids` in their new order and the course's `version` → {"version": the new one}."""
    course = access.course_to_author(request.user, course_id)
    form = OrderForm(request.POST)
    try:
        version = services.order_lessons(course=course, version=form.version(), ids=form.ids())
    except services.StaleOrderError:
        return _stale(request, course)
    return JsonResponse({"version": version})


@require_POST
@staff_only
def activity_order(request: UserRequest, lesson_id: int) -> HttpResponse:
    """As `lesson_order`, for the activities that the lesson shall have."""
    lesson = access.lesson_to_author(request.user, lesson_id)
    form = OrderForm(request.POST)
    try:
        version = services.order_activities(lesson=lesson, version=form.version(), ids=form.ids())
    except services.StaleOrderError:
        return _stale(request, lesson.course)
    return JsonResponse({"version": version})


def _stale(request: UserRequest, course: Course) -> HttpResponse:
    """409 with the lessons as they are now and a sentence that says why."""
    course.refresh_from_db()
    context = builder_context(
        course, outline=queries.course_outline(course), trash=queries.trash_of(course), stale=True
    )
    return render(request, "catalog/answers/stale.html", context, status=CONFLICT)
