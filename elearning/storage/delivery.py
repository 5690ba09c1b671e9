"""A stored file on its way to the browser: by a signed address, or through this application."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)

from elearning.storage.current import material_storage
from elearning.storage.errors import StoreUnavailable, unavailable_said
from elearning.storage.presentation import opens_inline, plain_type, present
from elearning.storage.streaming import stream

SECONDS = 300
"""A document is fetched at once; who needs longer (a film) says so."""
TRY_AGAIN = 5
"""Seconds, in Retry-After."""


def deliver(
    request: HttpRequest,
    *,
    key: str,
    name: str,
    content_type: str,
    seconds: int = SECONDS,
    save: bool = False,
) -> HttpResponseBase:
    """The file `key` of the material as an answer to this GET or HEAD.

    The caller has checked who may see it. `name` is what it is saved as. GET is led on (302) to
    an address that works for so many seconds; a storage without addresses is streamed from, as
    streaming.stream() says. With `save` it is never shown: a link's own `download` counts for
    nothing once it leads to another host. Http404 if the file is found gone, 503 if the store
    does not answer.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    content_type = plain_type(content_type)
    inline = opens_inline(content_type) and not save
    try:
        with unavailable_said():
            link = material_storage().link(
                key,
                name=name,
                content_type=content_type,
                inline=inline,
                seconds=seconds,
            )
            if link is None:
                response = stream(request, key)
            elif request.method == "GET":
                return _led_to(link)
            else:
                response = _head(key)
    except StoreUnavailable:
        return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN)})
    if response.status_code in (200, 206):
        present(response, name=name, content_type=content_type, inline=inline)
    return response


def _led_to(link: str) -> HttpResponse:
    response = HttpResponseRedirect(link)
    # Computers are shared: the next one to sign in must ask here again. And a page's address
    # is nobody's business at the store, nor is the link that of where it leads on to.
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _head(key: str) -> HttpResponse:
    """HEAD is answered here: the link is signed for GET alone."""
    try:
        size = material_storage().size(key)
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(
        headers={
            "Content-Length": str(size),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        }
    )
