"""The operators' list of uploads: to find one, see why it was refused, check it again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.uploads import limits, reasons, services
from elearning.uploads.models import Upload


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin[Upload]):
    """Read-only but for the owner (a teacher leaves, another takes over)."""

    list_display = ["name", "owner", "category", "state", "in_words", "created_at"]
    list_filter = ["state", "category", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "id", "owner__username", "owner__family_name", "owner__given_name"]
    autocomplete_fields = ["owner"]
    actions = ["recheck"]
    readonly_fields = [
        "name",
        "category",
        "state",
        "refusal",
        "in_words",
        "content_type",
        "duration_seconds",
        "page_count",
        "width",
        "height",
        "sha256",
        "key",
        "created_at",
        "completed_at",
        "verified_at",
    ]
    fields = ["owner", *readonly_fields]

    @admin.display(description=gettext_lazy("サイズ"), ordering="size")
    def in_words(self, upload: Upload) -> str:
        return limits.size_in_words(upload.size)

    @admin.display(description=gettext_lazy("受け付けられなかった理由"))
    def refusal(self, upload: Upload) -> str:
        return reasons.sentence(upload) or "–"

    @admin.action(
        description=gettext_lazy("確認をやり直す（「確認中」のまま進まないとき）"),
        permissions=["change"],
    )
    def recheck(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        count = sum(services.recheck(upload=upload) for upload in queryset)
        self.message_user(
            request, _("%(count)d 件の確認をやり直します。") % {"count": count}, messages.SUCCESS
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return False
