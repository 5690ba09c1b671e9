"""What ran last night, for the office; nothing can be changed here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from elearning.scheduling.models import CommandRun


@admin.register(CommandRun)
class CommandRunAdmin(admin.ModelAdmin[CommandRun]):
    list_display = ["name", "due", "outcome", "started_at", "finished_at", "attempt"]
    list_filter = ["outcome", "name"]
    search_fields = ["name"]
    date_hierarchy = "due"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommandRun]:
        # A page of them would be megabytes.
        return super().get_queryset(request).defer("said")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
