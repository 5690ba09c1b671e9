"""The site's addresses, and some that take as long as a test wants."""

import os
import time
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as of_the_site


@login_not_required
@csrf_exempt
def slow(request: HttpRequest) -> HttpResponse:
    """After so many `seconds`: who answered, and how many bytes were sent to it."""
    time.sleep(float(request.GET.get("seconds", 0)))
    return HttpResponse(f"{os.getpid()} {len(request.body)}")


@login_not_required
def told_first(request: HttpRequest) -> StreamingHttpResponse:
    """At once who answers, and after so many `seconds` the end."""

    def parts() -> Iterator[str]:
        yield f"{os.getpid()}\n"
        time.sleep(float(request.GET["seconds"]))
        yield "end\n"

    return StreamingHttpResponse(parts())


urlpatterns = [path("slow/", slow), path("told-first/", told_first), *of_the_site]
