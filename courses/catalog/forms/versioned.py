"""Forms that know which version of a thing they started from."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.catalog.forms.fields import (
    VersionField,
)
from courses.catalog.models import Editable


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is saved now is not what the person wrote."""

    label: str
    saved: str


class VersionedForm(forms.ModelForm[Any]):
    """The form of an Editable; `version` is the one that the person saw."""

    version = VersionField(required=False, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editable: Editable = self.instance
        self.saved_fields = [name for name in self._meta.fields or () if name in self.fields]
        self.differences: list[Difference] = []
        self.overtaken_by: Editable | None = None
        if editable.pk is None:
            del self.fields["version"]
        else:
            self.initial["version"] = editable.version

    def overtaken(self, saved: Editable) -> bool:
        """Another save came first: note what it changed, and go on from its version.

        The person's own input stays. False if what is saved says the same as the input,
        so that nothing is left to decide.
        """
        theirs = type(self)(instance=saved)
        for name, field in self.fields.items():
            kept = theirs.get_initial_for_field(theirs.fields[name], name)
            own = self[name].data
            if isinstance(own, str):
                # Browsers send CRLF whatever was typed.
                own = own.replace("\r\n", "\n")
            if name != "version" and field.has_changed(kept, own):
                self.differences.append(Difference(str(field.label or name), _words(field, kept)))
        self.overtaken_by = saved
        # The hidden input is drawn from the data: the next save starts from what is shown.
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("version")] = str(saved.version)  # type: ignore[index]
        return bool(self.differences) or saved.deleted_at is not None


class WindowForm(VersionedForm):
    """The form of a Publishable: its window must not end before it begins."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("published_from"), cleaned.get("published_until")
        if begins and ends and ends <= begins:
            self.add_error("published_until", _("公開終了は、公開開始より後の日時にしてください。"))
        return cleaned


def _words(field: forms.Field, value: Any) -> str:
    """A saved value as the page would show it."""
    if isinstance(value, bool):
        return gettext("はい") if value else gettext("いいえ")
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return gettext("、").join(str(item) for item in value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        return labels.get(str(value), str(value))
    if value in (None, ""):
        return gettext("（なし）")
    return Truncator(str(value)).chars(2000)
