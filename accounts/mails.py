"""Letters to people, each in the person's own language."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User


def send(*, name: str, person: User, to: str, **context: object) -> None:
    """Render `accounts/mail/<name>.txt`, whose first line is the subject, and send it."""
    with translation.override(person.language):
        text = render_to_string(
            f"accounts/mail/{name}.txt",
            {"person": person, "school_name": settings.SCHOOL_NAME, **context},
        )
    subject, _, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [to])
