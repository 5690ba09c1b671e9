"""Mail is sent in the background: a slow mail server keeps nobody waiting."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import int_to_base36

from accounts import mails
from accounts.models import User
from accounts.queries import owners_of
from elearning.tasks.queue import task


@task()
def mail_password_reset(email: str, origin: str) -> None:
    """Write to everyone who shares the address; the letter says whose password it is for.

    `origin` is the site's own address without a path. The letter goes to the address on
    record and not to the one typed in, which only looks alike in somebody's Unicode.
    """
    for person in owners_of(email):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": int_to_base36(person.pk),
                "key": default_token_generator.make_token(person),
            },
        )
        mails.send(name="password_reset", person=person, to=person.email, url=f"{origin}{path}")


@task()
def mail_notice(user_id: int, name: str) -> None:
    """Tell the person, if there is an address, what was changed on the account."""
    person = User.objects.filter(pk=user_id).exclude(email="").first()
    if person is not None:
        mails.send(name=name, person=person, to=person.email)


@task()
def mail_email_changed(user_id: int, former: str) -> None:
    """Tell the former address and the new one, as far as there are any."""
    person = User.objects.get(pk=user_id)
    for to in {former, person.email} - {""}:
        mails.send(name="email_changed", person=person, to=to)
