"""The forms of lessons and activities."""

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.catalog.forms.fields import (
    MomentField,
    is_id,
)
from courses.catalog.forms.versioned import WindowForm
from courses.catalog.models import Activity, Lesson


class LessonForm(WindowForm):
    class Meta:
        model = Lesson
        fields = ["title", "state", "published_from", "published_until"]
        field_classes = {"published_from": MomentField, "published_until": MomentField}
        error_messages = {"title": {"required": _("回の題名を入力してください。")}}


class NewLessonForm(forms.Form):
    title = forms.CharField(
        label=_("新しい回の題名"),
        max_length=80,
        error_messages={"required": _("回の題名を入力してください。")},
    )


class ActivityForm(WindowForm):
    """The part of the editor that every kind has.

    A kind with fields of its own subclasses this, declares them, fills `self.initial`
    from its own row, and stores them in `save_kind`. Its editor_template is then rendered
    inside the form's <form> (id "activity-form") and shows those fields from `form`; the
    editor_template of a kind without fields is rendered below the <form>.
    """

    class Meta:
        model: ClassVar[type[Any]] = Activity
        fields: ClassVar[list[str]] = [
            "title",
            "required",
            "due_at",
            "state",
            "published_from",
            "published_until",
        ]
        field_classes: ClassVar[dict[str, Any]] = {
            "due_at": MomentField,
            "published_from": MomentField,
            "published_until": MomentField,
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "title": {"required": _("題名を入力してください。")}
        }

    @property
    def has_kind_fields(self) -> bool:
        return set(self.fields) != {*self.saved_fields, "version"}

    def save_kind(self, activity: Activity) -> None:
        """Store the kind's own fields; called in the transaction that saves the activity."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, due = cleaned.get("published_from"), cleaned.get("due_at")
        if begins and due and due < begins:
            self.add_error("due_at", _("期限は、公開開始より後の日時にしてください。"))
        return cleaned


class NewActivityForm(forms.Form):
    """A kind that starts with a title; which kinds those are, the view says."""

    title = forms.CharField(
        label=_("題名"),
        max_length=80,
        error_messages={"required": _("題名を入力してください。")},
    )
    kind = forms.ChoiceField(
        label=_("種類"),
        error_messages={
            "required": _("種類を選んでください。"),
            "invalid_choice": _("種類を選んでください。"),
        },
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kinds


class OrderForm(forms.Form):
    """`ids` one by one in their new order, and the course's `version` that the page shows.

    What makes no sense becomes 0, which is the id and the version of nothing.
    """

    data: QueryDict

    def version(self) -> int:
        return _number(self.data.get("version", ""))

    def ids(self) -> list[int]:
        return [_number(sent) for sent in self.data.getlist("ids")]


def _number(text: str) -> int:
    return int(text) if is_id(text) else 0
