"""How the builder answers: a fragment to htmx, the whole page to a plain form."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.requests import UserRequest
from courses.catalog import queries
from courses.catalog.forms import VersionedForm
from courses.catalog.models import Course, Lesson
from courses.catalog.registry import all_kinds
from elearning.uploads.limits import accept, hint

REFUSED = 422
CONFLICT = 409


def posted(request: UserRequest) -> QueryDict | None:
    """What a form is bound to; an empty POST is still an answer."""
    return request.POST if request.method == "POST" else None


def is_htmx(request: UserRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def creatable_kinds() -> list[tuple[str, str]]:
    """The kinds that start with a title, for a select."""
    return [(kind.name, str(kind.label)) for kind in all_kinds() if kind.creatable]


def builder_url(course_id: int, lesson_id: int | None = None) -> str:
    url = reverse("catalog:course", args=[course_id])
    return f"{url}#lesson-{lesson_id}" if lesson_id else url


def to_builder(course_id: int, lesson_id: int | None = None) -> HttpResponse:
    return redirect(builder_url(course_id, lesson_id))


def builder_context(course: Course, **more: Any) -> dict[str, Any]:
    """What the builder, and each fragment of it, is drawn from."""
    return {
        "section": "courses",
        "course": course,
        "kinds": creatable_kinds(),
        "accept": accept(),
        "hint": hint(),
        **more,
    }


def lesson_answer(
    request: UserRequest,
    lesson: Lesson,
    said: str,
    *,
    undo: str = "",
    fresh_form: bool = False,
) -> HttpResponse:
    """The lesson as it is now, and what happened, said aloud or with the way back.

    `undo` is the address that takes it back; `fresh_form` empties the lesson's add form.
    """
    if undo or not is_htmx(request):
        messages.success(request, said, extra_tags=undo)
    if not is_htmx(request):
        return to_builder(lesson.course_id, lesson.pk)
    context = builder_context(
        lesson.course,
        outline=queries.lesson_outline(lesson),
        said="" if undo else said,
        fresh_form=fresh_form,
        trash=queries.trash_of(lesson.course),
    )
    return render(request, "catalog/answers/lesson.html", context)


def form_status(form: VersionedForm) -> int:
    """200 for a fresh form, 422 for a refused one, 409 for one that another save overtook."""
    if form.overtaken_by is not None:
        return CONFLICT
    return REFUSED if form.is_bound and form.errors else 200
