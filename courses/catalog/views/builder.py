"""The course builder, and what one click changes in it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.models import Activity, State
from courses.catalog.registry import facts_of
from courses.catalog.views.answers import builder_context, lesson_answer


@require_safe
@staff_only
def course(request: UserRequest, course_id: int) -> HttpResponse:
    """The whole course, lesson by lesson, with everything that can be done to it."""
    course = access.course_to_author(request.user, course_id)
    context = builder_context(
        course, outline=queries.course_outline(course), trash=queries.trash_of(course)
    )
    return render(request, "catalog/course.html", context)


@require_safe
@staff_only
def lesson_section(request: UserRequest, lesson_id: int) -> HttpResponse:
    """One lesson of the builder, asked for again when a file has arrived."""
    lesson = access.lesson_to_author(request.user, lesson_id)
    context = builder_context(lesson.course, outline=queries.lesson_outline(lesson))
    return render(request, "catalog/answers/lesson.html", context)


@require_POST
@staff_only
def course_state(request: UserRequest, course_id: int) -> HttpResponse:
    course = access.course_to_author(request.user, course_id)
    state = _state(request)
    services.set_state(item=course, state=state)
    if state == State.PUBLISHED:
        messages.success(
            request, _("講座を公開しました。受講している生徒は、公開中の回を開けます。")
        )
    else:
        messages.success(request, _("講座を下書きに戻しました。生徒には表示されません。"))
    return redirect("catalog:course", course.pk)


@require_POST
@staff_only
def lesson_state(request: UserRequest, lesson_id: int) -> HttpResponse:
    lesson = access.lesson_to_author(request.user, lesson_id)
    services.set_state(item=lesson, state=_state(request))
    return lesson_answer(request, lesson, _said(lesson.title, lesson.state))


@require_POST
@staff_only
def lesson_publish(request: UserRequest, lesson_id: int) -> HttpResponse:
    """The lesson with all its drafts."""
    lesson = access.lesson_to_author(request.user, lesson_id)
    drafts = services.publish_lesson(lesson=lesson)
    said = ngettext(
        "「%(title)s」と下書き%(count)d件を公開しました。",
        "「%(title)s」と下書き%(count)d件を公開しました。",
        drafts,
    ) % {"title": lesson.title, "count": drafts}
    return lesson_answer(request, lesson, said)


@require_POST
@staff_only
def activity_state(request: UserRequest, activity_id: int) -> HttpResponse:
    activity = access.activity_to_author(request.user, activity_id)
    services.set_state(item=activity, state=_state(request))
    said = _said(activity.title, activity.state) + published_unready(activity)
    return lesson_answer(request, activity.lesson, said)


def published_unready(activity: Activity) -> str:
    """What to say of an activity that was published before its file is there; or nothing."""
    if activity.state != State.PUBLISHED or facts_of([activity])[activity.pk].ready:
        return ""
    return _("ファイルの準備ができるまで、生徒には「準備中」と表示されます。")


def _state(request: UserRequest) -> State:
    # Whatever is not plainly "published" must not show anything to students.
    return State.PUBLISHED if request.POST.get("state") == State.PUBLISHED else State.DRAFT


def _said(title: str, state: str) -> str:
    if state == State.PUBLISHED:
        return _("「%(title)s」を公開しました。") % {"title": title}
    return _("「%(title)s」を下書きに戻しました。") % {"title": title}
