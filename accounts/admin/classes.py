"""Campuses and classes."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.inlines import Meetings, NewStudents, StandingStudents
from accounts.models import Campus, ClassGroup


@admin.register(Campus)
class CampusAdmin(admin.ModelAdmin[Any]):
    search_fields = ["name"]


@admin.register(ClassGroup)
class ClassGroupAdmin(admin.ModelAdmin[Any]):
    list_display = ["name", "school_year", "campus", "grade", "student_count"]
    list_filter = ["school_year", "campus", "grade"]
    list_select_related = ["campus"]
    search_fields = ["name", "campus__name"]
    autocomplete_fields = ["campus", "teachers"]
    inlines = [Meetings, StandingStudents, NewStudents]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassGroup]:
        here = Count("memberships", filter=Q(memberships__left_on=None))
        classes: QuerySet[ClassGroup] = super().get_queryset(request)
        return classes.annotate(student_count=here)

    @admin.display(description=_("生徒数"), ordering="student_count")
    def student_count(self, class_group: ClassGroup) -> int:
        count: int = class_group.student_count  # type: ignore[attr-defined]
        return count
