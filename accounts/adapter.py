"""What this school allows of allauth: no self-made accounts, no chatter, our own words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import limits, services, tasks
from accounts.models import User
from elearning.proxy.client import client_address
from elearning.tasks.queue import enqueue

# All else that allauth would say (signed in, signed out) is plain from the page that follows.
SAID = {
    "account/messages/password_changed.txt": _("パスワードを変更しました。"),
    "mfa/messages/totp_activated.txt": _("2段階認証をオンにしました。"),
    "mfa/messages/totp_deactivated.txt": _("2段階認証をオフにしました。"),
}
# What the owner should hear of by mail, in case it was somebody else.
MAILED = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "mfa/email/totp_activated": "second_factor_on",
    "mfa/email/totp_deactivated": "second_factor_off",
}
TOO_MANY_FAILURES = _(
    "ログインの失敗が続いたため、このログイン名はしばらく使えません。"
    "5分ほど待ってからもう一度お試しください。お急ぎのときは校舎の受付にお申し出ください。"
)


class JukuAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "ログイン名かパスワードが違います。大文字・小文字に気をつけて、もう一度入力してください。"
        ),
        "too_many_login_attempts": TOO_MANY_FAILURES,
        "too_many_from_here": _(
            "この場所からのログインの失敗がとても多いため、受け付けを止めています。"
            "1分ほど待ってからもう一度お試しください。"
        ),
        "rate_limited": _("操作が続いています。少し待ってからもう一度お試しください。"),
        "enter_current_password": _("今のパスワードが違います。もう一度入力してください。"),
        "incorrect_password": _("パスワードが違います。もう一度入力してください。"),
        "incorrect_code": _("コードが違います。アプリに今表示されている数字を入力してください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        assert isinstance(user, User)  # noqa: S101 - tells mypy
        services.choose_password(user=user, password=password)
        limits.forget_failures(user.username)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our sentence for the template, or silence; tags are left out, a toast reads a
        tag as the address that undoes what was done."""
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, text)

    def mail_password_reset(self, email: str) -> None:
        """Look for the address's owners in the background, so that neither the time
        this takes nor a failing mail server tells whether there are any."""
        origin = self.request.build_absolute_uri("/").rstrip("/")
        enqueue(tasks.mail_password_reset, email, origin)

    def mail_email_changed(self, user: User, former: str) -> None:
        enqueue(tasks.mail_email_changed, user.pk, former)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        name = MAILED.get(template_prefix)
        if name:
            enqueue(tasks.mail_notice, user.pk, name)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return limits.name_key(User.normalize_username(credentials.get("username", "")))

    def get_client_ip(self, request: HttpRequest) -> str:
        """What sign-in's limits count by."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if limits.too_many_failures_from(self.get_client_ip(request)):
            raise self.validation_error("too_many_from_here")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        limits.count_failure_from(self.get_client_ip(request))


class JukuMFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": JukuAccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _(
            "2段階認証がオフのため、予備のコードは作れません。先に2段階認証をオンにしてください。"
        ),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The sign-in name: an address may belong to a whole family."""
        return user.get_username()
