"""What a note will look like."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest, staff_only
from courses.materials.forms import LONGEST_NOTE, NotePreviewForm
from courses.materials.rendering import render_note


@require_POST
@staff_only
def note_preview(request: UserRequest) -> HttpResponse:
    """What a note will look like, while it is being typed."""
    form = NotePreviewForm(request.POST)
    context: dict[str, Any] = {"longest": LONGEST_NOTE, "preview": None}
    if form.is_valid():
        # render_note() sanitises what it returns.
        context["preview"] = mark_safe(render_note(form.cleaned_data["body"]))  # noqa: S308 - sanitised
    return render(request, "materials/parts/note_preview.html", context)
