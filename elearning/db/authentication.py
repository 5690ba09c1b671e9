"""Who has signed in, found on the reader where that will do.

Only a good answer of the reader counts. No user, or a password that does not match the
session's, may mean that the reader is behind: then session and user are read from the writer
before anybody is signed out.
"""

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from elearning.db import context
from elearning.logs.people import note_person


class AuthenticationMiddleware(DjangoMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: signed_in(request))  # type: ignore[assignment]


def signed_in(request: Any) -> Any:
    """The request's user, AnonymousUser if there is none; looked up once a request."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = _on_reader(request) or auth.get_user(request)
        note_person(request._cached_user)
    return request._cached_user


def _on_reader(request: Any) -> Any:
    """None unless the reader's answer is good enough to be acted on."""
    if not context.reads_from_reader():
        return None
    session = request.session
    if session.session_key is None:
        return AnonymousUser()
    user = _user_of(session)
    if user is None and context.move_to_writer():
        session.reread()
    return user


def _user_of(session: Any) -> Any:
    backend = session.get(auth.BACKEND_SESSION_KEY)
    user_id = session.get(auth.SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS or user_id is None:
        return None
    user = auth.load_backend(backend).get_user(auth.get_user_model()._meta.pk.to_python(user_id))
    if user is None:
        return None
    kept = session.get(auth.HASH_SESSION_KEY, "")
    return user if constant_time_compare(kept, user.get_session_auth_hash()) else None
