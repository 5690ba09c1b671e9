"""The answer while the database can't do what was asked: 503, and when to try again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from elearning.db import promises

SENTENCE = (
    "ただいま保存先を切り替えています。数秒後にもう一度お試しください。"
    " / The database is switching over; please try again in a few seconds."
)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A page for people, JSON for scripts. Asks nothing of a database, nor who is asking."""
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        context = {
            "safe": request.method in ("GET", "HEAD", "OPTIONS"),
            "school_name": settings.SCHOOL_NAME,
        }
        response = HttpResponse(render_to_string("503.html", context), status=503)
    else:
        response = JsonResponse({"error": SENTENCE}, status=503)
    response["Retry-After"] = str(promises.RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # Django would log each as an error of ours; events.py tells the outage once.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
