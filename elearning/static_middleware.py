"""Serve static files, also to pages of another release than ours."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

HASHED = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<extension>\.\w+)")
"""A file's address as Django's ManifestFilesMixin makes it: `page.0123456789ab.css`."""


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """While a release is rolled out, a page of the new one may ask a task of the old one.

    That one knows the file under another hash. It serves its own version, which the browser may
    not keep: a page with the former style is better than one with none, and the next load is
    right. The other direction needs nothing of this: an image holds the files of the releases
    before it (`elearning/static_releases.py`).
    """

    # whitenoise's methods have no types, and its middleware is called otherwise than its base.
    def __call__(self, request: HttpRequest) -> Any:  # type: ignore[override]
        if not self.autorefresh and request.path_info not in self.files:
            ours = self._our_version(request.path_info)
            if ours is not None:
                return _not_to_be_kept(self.serve(ours, request))  # type: ignore[no-untyped-call]
        return super().__call__(request)  # type: ignore[no-untyped-call]

    def _our_version(self, address: str) -> Any:
        """whitenoise's file that we have in place of this one; None if the name is unknown."""
        match = HASHED.fullmatch(address)
        if match is None or not address.startswith(self.static_prefix):
            return None
        name = match["stem"].removeprefix(self.static_prefix) + match["extension"]
        hashed = self.get_static_url(name)  # type: ignore[no-untyped-call]
        return self.files.get(urlsplit(hashed).path) if hashed else None


def _not_to_be_kept(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "no-store"
    # They belong to the content of another address.
    for header in ("ETag", "Last-Modified"):
        del response[header]
    return response
