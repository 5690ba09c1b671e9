"""The note's part of the editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalog.forms import ActivityForm
from courses.catalog.models import Activity
from courses.materials import services
from courses.materials.models import Note

LONGEST_NOTE = 100_000


class NoteForm(ActivityForm):
    # Spaces at the start of a line mean something in Markdown.
    body = forms.CharField(
        label=_("本文"),
        required=False,
        strip=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity: Activity = self.instance
        if "body" not in self.initial:
            body = Note.objects.filter(activity=activity).values_list("body", flat=True).first()
            self.initial["body"] = body or ""

    def save_kind(self, activity: Activity) -> None:
        """Store the text with the activity's new version."""
        # Browsers send CRLF; what is kept must be what was typed.
        body = self.cleaned_data["body"].replace("\r\n", "\n")
        services.save_note(activity=activity, body=body)


class NotePreviewForm(forms.Form):
    body = forms.CharField(required=False, strip=False, max_length=LONGEST_NOTE)
