"""A new activity, and the editor of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest, staff_only
from courses.catalog import access, queries, services
from courses.catalog.forms import NewActivityForm
from courses.catalog.registry import facts_of, get_kind, kind_of
from courses.catalog.views.answers import (
    REFUSED,
    builder_context,
    creatable_kinds,
    form_status,
    is_htmx,
    lesson_answer,
    posted,
)
from courses.catalog.views.builder import published_unready


@require_POST
@staff_only
def activity_new(request: UserRequest, lesson_id: int) -> HttpResponse:
    """From the line at a lesson's foot: kinds that start with a title."""
    lesson = access.lesson_to_author(request.user, lesson_id)
    form = NewActivityForm(request.POST, kinds=creatable_kinds())
    if form.is_valid():
        kind = get_kind(form.cleaned_data["kind"])
        activity = services.add_activity(lesson=lesson, kind=kind, title=form.cleaned_data["title"])
        said = _("「%(title)s」を追加しました。") % {"title": activity.title}
        return lesson_answer(request, lesson, said, fresh_form=True)
    context = builder_context(lesson.course, lesson=lesson, target=lesson, activity_form=form)
    if is_htmx(request):
        response = render(request, "catalog/parts/add_activity.html", context, status=REFUSED)
        response["HX-Retarget"] = f"#add-activity-{lesson.pk}"
        response["HX-Reswap"] = "outerHTML"
        return response
    context |= {
        "outline": queries.course_outline(lesson.course),
        "trash": queries.trash_of(lesson.course),
    }
    return render(request, "catalog/course.html", context, status=REFUSED)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def activity_edit(request: UserRequest, activity_id: int) -> HttpResponse:
    """The editor: what every kind has, and what this kind brings."""
    find = access.activity_kept if request.method == "POST" else access.activity_to_author
    activity = find(request.user, activity_id)
    title = activity.title
    kind = kind_of(activity)
    form = kind.form_class()(posted(request), instance=activity)
    if form.is_valid():
        try:
            services.save_edit(
                edited=activity,
                fields=form.saved_fields,
                version=form.cleaned_data["version"],
                also=lambda: form.save_kind(activity),
            )
            overtaken = False
        except services.ConflictError as conflict:
            overtaken = form.overtaken(conflict.saved)
        if not overtaken:
            said = _("「%(title)s」を保存しました。") % {"title": activity.title}
            messages.success(request, said + published_unready(activity))
            return redirect("catalog:activity", activity.pk)
    context = {
        "section": "courses",
        "activity": activity,
        "title": title,
        "lesson": activity.lesson,
        "course": activity.lesson.course,
        "kind": kind,
        "facts": facts_of([activity])[activity.pk],
        "form": form,
        **kind.editor(activity),
    }
    return render(request, "catalog/activity.html", context, status=form_status(form))
