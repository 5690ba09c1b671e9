"""Which classes take a course."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import ClassGroup, Role
from accounts.queries import classes_taught_by
from accounts.requests import UserRequest, staff_only
from accounts.timetable import meeting_hours
from courses.catalog.access import course_to_author
from courses.enrolment import queries, services

MOST_FOUND = 20
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One class as the page shows it."""

    class_group: ClassGroup
    students: int
    facts: list[str]
    """Campus, hours and teachers."""
    changeable: bool
    """Whether the reader may look into the class, and so change what it takes."""


@require_safe
@staff_only
def course_classes(request: UserRequest, course_id: int) -> HttpResponse:
    """The classes that take the course, and those that may be added."""
    course = course_to_author(request.user, course_id)
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS]
    mine = classes_taught_by(request.user)
    found = _rows(queries.classes_to_add(course, mine, words), most=MOST_FOUND + 1)
    context = {
        "section": "courses",
        "course": course,
        "words": words,
        "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND,
        "most": MOST_FOUND,
        "by_search": request.user.role == Role.OPERATOR or bool(words) or len(found) > MOST_FOUND,
        "longest_words": LONGEST_WORDS,
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "enrolment/parts/classes_found.html", context)
    changeable = set(mine.filter(class_courses__course=course).values_list("pk", flat=True))
    context["taking"] = _rows(queries.classes_of_course(course), changeable)
    return render(request, "enrolment/course_classes.html", context)


@require_POST
@staff_only
def class_add(request: UserRequest, course_id: int, class_id: int) -> HttpResponse:
    """The class takes the course from now on; also the way back after ending it."""
    course = course_to_author(request.user, course_id)
    class_group = get_object_or_404(
        classes_taught_by(request.user).select_related("campus"), pk=class_id
    )
    services.enrol_class(class_group=class_group, course=course)
    messages.success(
        request, _("「%(name)s」がこの講座を受講します。") % {"name": class_group.full_name}
    )
    return redirect("enrolment:course_classes", course.pk)


@require_POST
@staff_only
def class_end(request: UserRequest, course_id: int, class_id: int) -> HttpResponse:
    """The class no longer takes the course; what was learnt is kept."""
    course = course_to_author(request.user, course_id)
    class_group = get_object_or_404(
        classes_taught_by(request.user).select_related("campus"), pk=class_id
    )
    if services.end_class_course(class_group=class_group, course=course):
        messages.success(
            request,
            _("「%(name)s」の受講を終了しました。学習の記録は残っています。")
            % {"name": class_group.full_name},
            extra_tags=reverse("enrolment:class_add", args=[course.pk, class_group.pk]),
        )
    return redirect("enrolment:course_classes", course.pk)


def _rows(
    classes: QuerySet[ClassGroup],
    changeable: Collection[int] = (),
    *,
    most: int | None = None,
) -> list[Row]:
    shown = list(classes.select_related("campus").prefetch_related("meetings", "teachers")[:most])
    students = queries.student_counts(shown)
    return [
        Row(
            class_group=class_group,
            students=students.get(class_group.pk, 0),
            facts=_facts(class_group),
            changeable=class_group.pk in changeable,
        )
        for class_group in shown
    ]


def _facts(class_group: ClassGroup) -> list[str]:
    parts = [class_group.campus.name, meeting_hours(class_group.meetings.all())]
    teachers = _("、").join(teacher.full_name for teacher in class_group.teachers.all())
    if teachers:
        parts.append(_("担当 %(names)s") % {"names": teachers})
    return [part for part in parts if part]
