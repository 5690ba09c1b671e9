"""Forms by which the office enters people and sets passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInNameField(forms.CharField):
    """Takes full-width letters and capitals, and stores the one spelling."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return User.normalize_username(text) if isinstance(text, str) else text


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new person has no password yet: saving issues an initial one."""

    class Meta:
        model = User
        fields = [
            "username",
            "family_name",
            "given_name",
            "family_kana",
            "given_kana",
            "role",
            "grade",
            "campus",
            "email",
        ]
        field_classes = {"username": SignInNameField}


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"username": SignInNameField}


class SetPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """What the office sets is known to the office, so it is good for one sign-in only."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        # Whoever is not to sign in is switched off; there is no other way to sign in here.
        self.fields.pop("usable_password", None)
        self.fields["password1"].required = self.fields["password2"].required = True

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        user: User = super().save(commit)
        return user


class NewRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row beside its parent; Django leaves constraints on the parent's key to the database."""

    taken = _("この組み合わせはすでに登録されています。")

    def validate_unique(self) -> None:
        super().validate_unique()
        try:
            self.instance.validate_constraints()
        except ValidationError:
            self.add_error(None, self.taken)


class NewMembershipForm(NewRowForm):
    taken = _(
        "すでにこのクラスに登録されています。"
        "退会した生徒を戻すときは、上の一覧で退会日を消してください。"
    )
