"""What operators see of `/healthz` and of the databases. config/urls.py says who they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from elearning.db import words as database_words
from elearning.db.status import describe
from elearning.health.rounds import rounds
from elearning.health.words import headline, in_words


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The operators' page; to htmx, which asks every few seconds, what changes of it."""
    found = rounds.latest()
    databases = database_words.in_words(describe())
    context = {
        "section": "status",
        "headline": headline(found, databases),
        "checks": in_words(found, databases),
        "status": databases,
    }
    fragment = bool(getattr(request, "htmx", False))
    template = "health/parts/status.html" if fragment else "health/status.html"
    return render(request, template, context)
