"""The office's way in when a page does not suffice; nothing is destroyed here either."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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


class EditableAdmin(admin.ModelAdmin[Any]):
    """Saves count as edits; deleting for good, with every student's progress, is not offered."""

    readonly_fields: ClassVar[tuple[str, ...]] = (
        "version",
        "deleted_at",
        "created_at",
        "updated_at",
    )
    actions = ("restore",)
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
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
