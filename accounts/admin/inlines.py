"""Who belongs to whom and where, beside the person or the class.

Rows that exist show their person as text: an autocomplete each would cost a query each.
New rows are added in a second, empty inline.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import NewMembershipForm, NewRowForm
from accounts.models import ClassMeeting, ClassMembership, Guardianship


class Standing(admin.TabularInline[Any, Any]):
    """The rows that are there."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class New(admin.TabularInline[Any, Any]):
    """Rows to be added, none of those that are there."""

    form = NewRowForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_add_permission(request, obj)


class StandingChildren(Standing):
    model = Guardianship
    fk_name = "guardian"
    fields = ["child"]
    readonly_fields = ["child"]
    verbose_name_plural = _("お子さま")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guardianship]:
        return super().get_queryset(request).select_related("guardian", "child")


class NewChildren(New):
    model = Guardianship
    fk_name = "guardian"
    autocomplete_fields = ["child"]
    verbose_name = _("お子さま")
    verbose_name_plural = _("お子さまを追加")


class StandingGuardians(Standing):
    model = Guardianship
    fk_name = "child"
    fields = ["guardian"]
    readonly_fields = ["guardian"]
    verbose_name_plural = _("保護者")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guardianship]:
        return super().get_queryset(request).select_related("guardian", "child")


class NewGuardians(New):
    model = Guardianship
    fk_name = "child"
    autocomplete_fields = ["guardian"]
    verbose_name = _("保護者")
    verbose_name_plural = _("保護者を追加")


class StandingClasses(Standing):
    """The classes of one student; who leaves gets a date, the row stays."""

    model = ClassMembership
    fields = ["class_group", "left_on"]
    readonly_fields = ["class_group"]
    verbose_name_plural = _("クラス")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassMembership]:
        return super().get_queryset(request).select_related("class_group", "student")


class NewClasses(New):
    model = ClassMembership
    form = NewMembershipForm
    autocomplete_fields = ["class_group"]
    exclude = ["left_on"]
    verbose_name = _("クラス")
    verbose_name_plural = _("クラスに入れる")


class StandingStudents(Standing):
    """The students of one class."""

    model = ClassMembership
    fields = ["student", "left_on"]
    readonly_fields = ["student"]
    verbose_name_plural = _("生徒")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassMembership]:
        rows = super().get_queryset(request).select_related("class_group", "student")
        return rows.order_by("student__family_kana", "student__given_kana", "pk")


class NewStudents(New):
    model = ClassMembership
    form = NewMembershipForm
    autocomplete_fields = ["student"]
    exclude = ["left_on"]
    verbose_name = _("生徒")
    verbose_name_plural = _("生徒を追加")


class Meetings(admin.TabularInline[Any, Any]):
    model = ClassMeeting
    extra = 0
