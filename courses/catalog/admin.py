"""The office's way in when a page does not suffice; nothing is destroyed here either."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.catalog.forms.fields import VersionField
from courses.catalog.models import Activity, Course, Editable, Lesson


class BinFilter(admin.SimpleListFilter):
    title = _("ごみ箱")
    parameter_name = "bin"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [("no", _("削除していないもの")), ("yes", _("ごみ箱にあるもの"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(deleted_at__isnull=self.value() == "no")


class SeenForm(forms.ModelForm[Any]):
    """Knows which version the page showed, so as not to overwrite a later one unknowingly."""

    seen = VersionField(required=False, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk:
            return cleaned
        # The admin saves in the transaction that asks this: until then the row stays as it is.
        rows = type(self.instance)._default_manager.select_for_update()
        saved = rows.values_list("version", flat=True).get(pk=self.instance.pk)
        if saved != cleaned.get("seen"):
            # Saving once more, having read what is there now, overwrites it knowingly.
            data: Any = self.data
            self.data = data.copy()
            self.data[self.add_prefix("seen")] = str(saved)  # type: ignore[index]
            raise forms.ValidationError(
                [_("他の講師が先に保存しました。まだ保存していません。"), *self._saved_now()]
            )
        return cleaned

    def _saved_now(self) -> list[str]:
        """The fields in which what is saved differs from what was entered here."""
        differing = [name for name in self.changed_data if name != "seen"]
        return [
            f"{self.fields[name].label}: {self.get_initial_for_field(self.fields[name], name)}"
            for name in differing
        ]


class EditableAdmin(admin.ModelAdmin[Any]):
    """Saves count as edits; deleting for good, with every student's progress, is not offered."""

    form = SeenForm
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "version",
        "deleted_at",
        "created_at",
        "updated_at",
    )
    actions = ("restore",)
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        # Only what the page offers: the order may have been changed by dragging meanwhile.
        stored = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[*(stored & set(form.cleaned_data)), "updated_at"])
        # A teacher's form that is open now must notice that something was saved.
        type(obj)._default_manager.filter(pk=obj.pk).update(version=F("version") + 1)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description=_("ごみ箱から元に戻す"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Editable]) -> None:
        count = queryset.exclude(deleted_at=None).update(deleted_at=None, version=F("version") + 1)
        said = ngettext("%(count)d件を元に戻しました。", "%(count)d件を元に戻しました。", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


@admin.register(Course)
class CourseAdmin(EditableAdmin):
    list_display = ("title", "subject", "grade", "school_year", "state", "deleted_at")
    list_filter = ("school_year", "state", BinFilter, "subject", "grade")
    search_fields = ("title",)
    raw_id_fields = ("teachers",)


@admin.register(Lesson)
class LessonAdmin(EditableAdmin):
    list_display = ("title", "course", "order", "state", "published_from", "deleted_at")
    list_filter = ("state", BinFilter, "course__school_year", "course__subject")
    list_select_related = ("course",)
    search_fields = ("title", "course__title")
    autocomplete_fields = ("course",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("order", *EditableAdmin.readonly_fields)


@admin.register(Activity)
class ActivityAdmin(EditableAdmin):
    list_display = ("title", "kind", "lesson", "course", "state", "due_at", "deleted_at")
    list_filter = ("kind", "state", BinFilter, "required", "lesson__course__school_year")
    list_select_related = ("lesson__course",)
    search_fields = ("title", "lesson__title", "lesson__course__title")
    autocomplete_fields = ("lesson",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("kind", "order", *EditableAdmin.readonly_fields)

    @admin.display(description=_("講座"))
    def course(self, activity: Activity) -> Course:
        return activity.lesson.course

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Only the builder makes what a kind hangs on its activity.
        return False
