"""What is done to a person's account."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User

# No letter that reads like another (l 1 I, o 0, u v, y), and no vowel, so that no word appears.
READABLE = "23456789bcdfghjkmnprstwxz"
ISSUED_AT_ONCE = 100


@dataclass(frozen=True)
class Slip:
    """One person's initial password, which exists in the clear only here and on paper."""

    person: User
    password: str


def initial_password() -> str:
    """Two groups of four, as in `hk4m-7ntr`: 37 bits, and good for one sign-in only."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(2))
    return "-".join(groups)


@transaction.atomic
def issue_initial_passwords(*, people: Iterable[User]) -> list[Slip]:
    """Give each person a new initial password; they are signed out everywhere.

    Hashing takes about 40 ms a person, so call it with ISSUED_AT_ONCE people at most.
    """
    slips = []
    for person in people:
        password = initial_password()
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        slips.append(Slip(person, password))
    return slips


def choose_password(*, user: User, password: str) -> None:
    """Store the password that the person has thought up."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])


def change_language(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def change_email(*, user: User, email: str) -> None:
    """Store the address (lower case; "" for none) that may reset the password from now on."""
    user.email = email
    user.save(update_fields=["email"])


def remove_second_factor(*, people: Iterable[User]) -> int:
    """Let people in without their lost phone; returns how many had a second factor."""
    theirs = Authenticator.objects.filter(user__in=list(people))
    count = theirs.filter(type=Authenticator.Type.TOTP).count()
    theirs.delete()
    return int(count)
