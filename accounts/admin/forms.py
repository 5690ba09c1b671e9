"""Forms by which the office enters people and sets passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm

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
    class Meta(UserChangeForm.Meta):
        model = User
        field_classes = {"username": SignInNameField}


class SetPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """What the office sets is known to the office, so it is good for one sign-in only."""

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        return super().save(commit)
