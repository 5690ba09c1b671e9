"""The operators' page on the databases. config/urls.py says who operators are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from elearning.db.status import describe
from elearning.db.words import in_words


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The page; to htmx, which asks every few seconds, what changes of it."""
    fragment = bool(getattr(request, "htmx", False))
    template = "db/parts/status.html" if fragment else "db/status.html"
    return render(request, template, {"section": "status", "status": in_words(describe())})
