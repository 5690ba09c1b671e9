"""The office looks up who takes what and how far they are, and enrols single students."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from courses.enrolment.models import ClassCourse, Enrolment, Progress, StudyDay
from courses.enrolment.services import sync_student

PERSON = [
    "student__family_name",
    "student__given_name",
    "student__family_kana",
    "student__given_kana",
    "student__username",
]


class CurrentFilter(admin.SimpleListFilter):
    title = _("状態")
    parameter_name = "current"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("受講中")), ("no", _("終了"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Enrolment]
    ) -> QuerySet[Enrolment] | None:
        if self.value() in ("yes", "no"):
            return queryset.filter(ended_at__isnull=self.value() == "yes")
        return queryset


class EnrolmentForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_student(self) -> User:
        student: User = self.cleaned_data["student"]
        if student.role != Role.STUDENT:
            raise forms.ValidationError(_("生徒を選んでください。"))
        return student


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin[Any]):
    """Enrolments through a class come and go with the class; here one adds single ones."""

    form = EnrolmentForm
    list_display = ["student", "course", "individual", "ended_at", "created_at"]
    list_filter = [CurrentFilter, "individual", "course__school_year", "course__subject"]
    list_select_related = ["student", "course"]
    search_fields = [*PERSON, "course__title"]
    search_help_text = _("生徒の名前・ふりがな・ログイン名、講座名")
    ordering = ["-pk"]
    show_full_result_count = False
    raw_id_fields = ["student", "course"]

    def get_fields(self, request: HttpRequest, obj: Enrolment | None = None) -> Any:
        if obj is None:
            return ["student", "course"]
        return ["student", "course", "individual", "ended_at", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Enrolment | None = None) -> list[str]:
        if obj is None:
            return []
        fixed = ["student", "course", "created_at"]
        # The end of an enrolment through a class is the class's, and would be undone by it.
        return fixed if obj.individual else [*fixed, "ended_at"]

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        if not change:
            obj.individual = True
        super().save_model(request, obj, form, change)
        sync_student(obj.student)

    def has_delete_permission(self, request: HttpRequest, obj: Enrolment | None = None) -> bool:
        """Enrolments end; they are not deleted."""
        return False


@admin.register(ClassCourse)
class ClassCourseAdmin(admin.ModelAdmin[Any]):
    list_display = ["class_group", "course", "created_at"]
    list_filter = ["class_group__school_year", "class_group__campus", "course__subject"]
    list_select_related = ["class_group", "course"]
    search_fields = ["class_group__name", "class_group__campus__name", "course__title"]
    search_help_text = _("クラス名・校舎名・講座名")
    ordering = ["-pk"]
    show_full_result_count = False
    raw_id_fields = ["class_group", "course"]

    def has_change_permission(self, request: HttpRequest, obj: ClassCourse | None = None) -> bool:
        """A pair is there or not: add or delete it."""
        return False


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """What the pages of students record; nobody edits it by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    list_display = ["student", "activity", "state", "seconds", "last_at", "completed_at"]
    list_filter = ["state", "activity__kind"]
    list_select_related = ["student", "activity"]
    search_fields = [*PERSON, "activity__title"]
    search_help_text = _("生徒の名前・ふりがな・ログイン名、学習項目の題名")
    ordering = ["-pk"]


@admin.register(StudyDay)
class StudyDayAdmin(ReadOnlyAdmin):
    list_display = ["student", "day", "seconds"]
    list_select_related = ["student"]
    search_fields = PERSON
    search_help_text = _("生徒の名前・ふりがな・ログイン名")
    ordering = ["-pk"]
