"""What was sent is in a variable and in the words of every exception."""

import logging
import threading
import warnings

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from elearning.tasks.queue import enqueue, task


@task()
def fail_with(answer: str) -> None:
    raise ValueError(f"The answer was {answer}")


def sent(request) -> str:
    return request.POST.get("answer") or request.GET["answer"]


def raises(request):
    answer = sent(request)
    try:
        raise KeyError(answer)
    except KeyError as error:
        raise RuntimeError(f"{request.user} gave {answer}", request.headers, error) from error


def sql(request):
    with connection.cursor() as cursor:
        cursor.execute(f"select '{sent(request)}' from {sent(request)}", [])


def template(request):
    page = engines["django"].from_string(
        "{{ answer.upper.lower.missing }}{% widthratio a b c as d %}{{ fail }}"
    )
    return HttpResponse(page.render({"answer": sent(request), "fail": Failing(sent(request))}))


class Failing:
    def __init__(self, answer: str) -> None:
        self.answer = answer

    def __str__(self) -> str:
        raise ValueError(self.answer)


def stream(request):
    def parts():
        yield b"begun"
        raise ValueError(sent(request))

    return StreamingHttpResponse(parts())


def commit(request):
    def fail() -> None:
        raise ValueError(sent(request))

    with transaction.atomic():
        transaction.on_commit(fail, robust=True)
    return HttpResponse("done")


def thread(request):
    def work(answer: str) -> None:
        raise ValueError(answer)

    crashing = threading.Thread(target=work, args=(sent(request),))
    crashing.start()
    crashing.join()
    return HttpResponse("done")


def warn(request):
    warnings.warn(f"received {sent(request)}", RuntimeWarning, stacklevel=1)
    return HttpResponse("done")


def libraries(request):
    for name in ("somebody.elses", "django.request", "botocore.hooks", "gunicorn.error"):
        logging.getLogger(name).error("%s", sent(request), extra={"request": request})
        logging.getLogger(name).debug(sent(request))
    return HttpResponse("done")


def queue(request):
    enqueue(fail_with, sent(request))
    return HttpResponse("queued")


WAYS = [raises, sql, template, stream, commit, thread, warn, libraries, queue]

urlpatterns = [
    *(
        path(f"break/{way.__name__}/", csrf_exempt(login_not_required(way)), name=way.__name__)
        for way in WAYS
    ),
    path("", include("config.urls")),
]
