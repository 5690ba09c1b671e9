"""Files down: a published file, and what was made of it."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from courses.materials.access import derivative_to_open, file_to_open, may_have_original
from courses.materials.links import link_seconds
from courses.materials.queries import derivative_name, derivative_url, file_url, largest_copy
from elearning.storage.delivery import deliver


@require_safe
def file(request: UserRequest, upload_id: UUID, name: str) -> HttpResponseBase:
    """A published file; an address with another name than the file's leads to the right one."""
    upload = file_to_open(request.user, upload_id)
    if not may_have_original(request.user, upload):
        copy = largest_copy(upload)
        if copy is None:
            raise Http404
        return _right_address(request, derivative_url(upload, copy))
    if name != upload.name:
        return _right_address(request, file_url(upload))
    return deliver(
        request,
        key=upload.key,
        name=upload.name,
        content_type=upload.content_type,
        seconds=link_seconds(upload, upload.content_type),
        save="download" in request.GET,
    )


@require_safe
def derivative(request: UserRequest, upload_id: UUID, kind: str, name: str) -> HttpResponseBase:
    """A smaller copy or a picture of a published file, once the worker has made it."""
    made = derivative_to_open(request.user, upload_id, kind)
    right_name = derivative_name(made.upload, made)
    if name != right_name:
        return _right_address(request, derivative_url(made.upload, made))
    return deliver(
        request,
        key=made.key,
        name=right_name,
        content_type=made.content_type,
        seconds=link_seconds(made.upload, made.content_type),
        save="download" in request.GET,
    )


def _right_address(request: UserRequest, url: str) -> HttpResponseBase:
    """Who asked to save it wants that there as well."""
    return redirect(f"{url}?download" if "download" in request.GET else url)
