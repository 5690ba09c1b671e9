"""Narrowing the list of classes."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Campus


class ClassFilterForm(forms.Form):
    """Words, campus and school year; whatever can't be read narrows nothing."""

    q = forms.CharField(label=_("クラス名・講師名"), required=False, max_length=60)
    campus = forms.ModelChoiceField(
        Campus.objects.all(), label=_("校舎"), required=False, empty_label=_("すべての校舎")
    )

    def __init__(self, data: QueryDict, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"] = forms.TypedChoiceField(
            label=_("年度"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[(y, gettext("%(year)d年度") % {"year": y}) for y in years],
        )
