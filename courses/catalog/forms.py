"""What teachers fill in; every edit form carries the version that it started from."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Activity, Editable, Publishable


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, in Japan's time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class VersionedForm(forms.ModelForm[Any]):
    """The form of an Editable; `version` is the one that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editable: Editable = self.instance
        if editable.pk is None:
            del self.fields["version"]
        else:
            self.initial["version"] = editable.version


class WindowForm(VersionedForm):
    """The form of a Publishable: its window must not end before it begins."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("published_from"), cleaned.get("published_until")
        if begins and ends and ends <= begins:
            self.add_error("published_until", _("公開終了は、公開開始より後の日時にしてください。"))
        return cleaned


class ActivityForm(WindowForm):
    """The part of the editor that every kind has.

    A kind with fields of its own subclasses this, declares them, fills `self.initial`
    from its own row, and stores them in `save_kind`. Its editor_template is then rendered
    inside the form's <form> (id "activity-form") and shows those fields from `form`; the
    editor_template of a kind without fields is rendered below the <form>.
    """

    class Meta:
        model: ClassVar[type[Publishable]] = Activity
        fields: ClassVar[list[str]] = [
            "title",
            "required",
            "due_at",
            "state",
            "published_from",
            "published_until",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "due_at": MomentInput,
            "published_from": MomentInput,
            "published_until": MomentInput,
        }

    def save_kind(self, activity: Activity) -> None:
        """Store the kind's own fields; called in the transaction that saves the activity."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, due = cleaned.get("published_from"), cleaned.get("due_at")
        if begins and due and due < begins:
            self.add_error("due_at", _("期限は、公開開始より後の日時にしてください。"))
        return cleaned
