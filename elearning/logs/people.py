"""A person in the log: the same sign each time, and nobody can tell from it who it is."""

from typing import Any

from django.utils.crypto import salted_hmac

from elearning.logs import context


def hashed(pk: Any) -> str:
    """16 hex digits of a user's primary key; they change with SECRET_KEY alone."""
    return salted_hmac("elearning.logs.people", str(pk), algorithm="sha256").hexdigest()[:16]


def note_person(user: Any) -> None:
    """Put who it is on the lines to come; of nobody (AnonymousUser), nothing."""
    if user.pk is not None:
        context.note(user=hashed(user.pk))


def note_signed_in(sender: object, user: Any, **kwargs: Any) -> None:
    """Receives Django's `user_logged_in`: the request began without knowing who it would be."""
    note_person(user)
