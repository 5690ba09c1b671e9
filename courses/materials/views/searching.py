"""Looking for materials."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest, staff_only
from courses.catalog.access import courses_authored_by
from courses.catalog.models import Activity
from courses.materials.queries import find_materials

LONGEST = 80


@require_safe
@staff_only
def search(request: UserRequest) -> HttpResponse:
    """What a person who builds courses has there, by title and by words."""
    # The one character that PostgreSQL cannot be asked for.
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    authored = Activity.objects.present().filter(
        lesson__course__in=courses_authored_by(request.user)
    )
    found, more = find_materials(authored, words)
    context = {"section": "courses", "q": words, "found": found, "more": more}
    return render(request, "materials/search.html", context)
