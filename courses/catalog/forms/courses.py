"""The forms of a course."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from courses.catalog.forms.fields import PeopleField, SchoolYearField, is_id
from courses.catalog.forms.versioned import VersionedForm
from courses.catalog.models import Course
from courses.catalog.years import current_school_year


class CourseForm(VersionedForm):
    """A course and who teaches it; `teachers` is filled by a search, one hidden input each."""

    school_year = SchoolYearField()
    teachers = PeopleField(
        queryset=User.objects.none(),
        label=_("担当講師"),
        error_messages={
            "required": _("担当講師を1人以上選んでください。"),
            "invalid_choice": _("選べない人が含まれています。もう一度選んでください。"),
        },
    )

    class Meta:
        model = Course
        fields = ["title", "subject", "grade", "school_year", "description", "state"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        error_messages = {
            "title": {"required": _("講座名を入力してください。")},
            "subject": {"required": _("教科を選んでください。")},
            "grade": {"required": _("学年を選んでください。")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject", "grade"):
            field: Any = self.fields[name]
            field.choices = [
                (value, label if value else _("選んでください")) for value, label in field.choices
            ]
        years: Any = self.fields["school_year"]
        years.offer(self.instance.school_year)
        self.initial.setdefault("school_year", current_school_year())
        teachers: Any = self.fields["teachers"]
        allowed = Q(role__in=[Role.TEACHER, Role.OPERATOR], is_active=True)
        if self.instance.pk:
            # Whoever has left the school stays on the course until taken off.
            allowed |= Q(courses_taught=self.instance)
            self.initial["teachers"] = list(self.instance.teachers.all())
        teachers.queryset = User.objects.filter(allowed).distinct()

    def chosen_teachers(self) -> list[User]:
        """Who is on the list now: as sent, or as saved."""
        chosen = self["teachers"].value() or []
        ids = [t.pk if isinstance(t, User) else int(t) for t in chosen if is_id(t)]
        field: Any = self.fields["teachers"]
        return list(field.queryset.filter(pk__in=ids))


class DuplicateForm(forms.Form):
    """A course again for another year."""

    title = forms.CharField(
        label=_("講座名"),
        max_length=80,
        error_messages={"required": _("講座名を入力してください。")},
    )
    school_year = SchoolYearField()

    def __init__(self, *args: Any, source: Course, **kwargs: Any) -> None:
        following = source.school_year + 1
        kwargs.setdefault("initial", {"title": source.title, "school_year": following})
        super().__init__(*args, **kwargs)
        years: Any = self.fields["school_year"]
        years.offer(following)
