"""What pages tell of the databases' state; the operators' own is in elearning/health."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from elearning.db.context import is_degraded
from elearning.db.writer_check import writer_answers


@never_cache
@require_safe
def degraded(request: HttpRequest) -> HttpResponse:
    """To the notice on a page: 204 while the writer is down, then what takes its place.

    This process may not have noticed yet that the writer is down, so it asks it.
    """
    if is_degraded() or not writer_answers():
        return HttpResponse(status=204)
    return render(request, "elearning/parts/recovered.html")
