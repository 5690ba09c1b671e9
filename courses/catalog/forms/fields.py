"""Fields that the forms of this slice share."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.catalog.years import current_school_year


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, in Japan's time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"max": "2099-12-31T23:59", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment in Japan's time, to the minute, of a year that a school may mean."""

    widget = MomentInput

    def to_python(self, value: Any) -> datetime.datetime | None:
        refused = ValidationError(_("日時を正しく入力してください。"), code="invalid")
        try:
            moment = super().to_python(value)
        except (ValidationError, OverflowError) as error:
            raise refused from error
        if moment is not None and not 2000 <= moment.year <= 2099:
            raise refused
        return moment

    def has_changed(self, initial: Any, data: Any) -> bool:
        # The picker knows no seconds; a moment stored with some is not therefore another.
        if isinstance(initial, datetime.datetime):
            initial = initial.replace(second=0, microsecond=0)
        return super().has_changed(initial, data)


class VersionField(forms.IntegerField):
    """A version that makes no sense is one that is long past: it leads to the conflict page."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        try:
            return int(super().clean(value) or 0)
        except ValidationError:
            return 0


class SchoolYearField(forms.TypedChoiceField):
    """Last year to the year after next, and the year that the course has already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, label=_("年度"), **kwargs)

    def offer(self, *more: int | None) -> None:
        now = current_school_year()
        years = sorted({*range(now - 1, now + 3), *(year for year in more if year)})
        self.choices = [(year, gettext("%(year)d年度") % {"year": year}) for year in years]


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several people by their ids; what no database could hold as an id is refused."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> Any:
        if not all(is_id(sent) for sent in value or []):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def is_id(value: Any) -> bool:
    """Whether this could be a row's id: a person, or digits that a database can hold."""
    if isinstance(value, User):
        return True
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 19
