"""The forms of sign-in and of the person's own page: allauth's, in our words."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField, SetPasswordField
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# A tablet must not "correct" a sign-in name or a code.
AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


def _word(field: forms.Field, label: Any, help_text: Any = "", **attributes: str) -> None:
    """Our label and help in place of allauth's, and no placeholder that vanishes in typing."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], _("ログイン名"), autofocus="", **AS_TYPED)
        _word(self.fields["password"], _("パスワード"), **AS_TYPED)
        _word(
            self.fields["remember"],
            _("このパソコンにログインしたままにする"),
            _("教室などの共用のパソコンでは、チェックを付けないでください。"),
        )

    def clean_login(self) -> str:
        return User.normalize_username(self.cleaned_data["login"])


class NewPasswordForm(forms.Form):
    """A new password, twice; by itself it stands behind the link of the letter."""

    password1 = SetPasswordField()
    password2 = PasswordField(autocomplete="new-password")

    def __init__(self, *args: Any, user: User, temp_key: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password1"].user = user  # type: ignore[attr-defined]
        _word(
            self.fields["password1"],
            _("新しいパスワード"),
            _("8文字以上。数字だけのもの、ログイン名に似たもの、よくあるものは使えません。"),
            **AS_TYPED,
        )
        _word(self.fields["password2"], _("新しいパスワード（確認のためもう一度）"), **AS_TYPED)

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("上と同じパスワードを入力してください。"))
        return self.cleaned_data

    def save(self) -> None:
        get_adapter().set_password(self.user, self.cleaned_data["password1"])


class PasswordChangeForm(NewPasswordForm):
    """Asks for the present password, except right after sign-in with an initial one."""

    oldpassword = PasswordField(autocomplete="current-password")
    field_order = ["oldpassword", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.must_change_password:
            del self.fields["oldpassword"]
        else:
            _word(self.fields["oldpassword"], _("今のパスワード"), **AS_TYPED)

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not self.user.check_password(password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if self.user.must_change_password and self.user.check_password(password):
            raise ValidationError(_("初期パスワードとは違うパスワードを決めてください。"))
        return password


class PasswordResetForm(account_forms.ResetPasswordForm):
    """Takes any address and answers every one alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], _("メールアドレス"), autofocus="")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        ours: Any = get_adapter()
        ours.mail_password_reset(email)
        return email


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], _("パスワード"), autofocus="", **AS_TYPED)


def _word_code(form: forms.Form) -> None:
    _word(form.fields["code"], _("確認コード"), autofocus="", **AS_TYPED)


class AuthenticateForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class MFAReauthenticateForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("表示言語"), choices=settings.LANGUAGES)


class EmailForm(forms.Form):
    """A new address, and the password of whoever sits at the keyboard."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        required=False,
        help_text=_("パスワードを忘れたときに使います。空にすると登録を消します。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("今のパスワード"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", **AS_TYPED}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password
