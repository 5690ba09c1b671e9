"""People: found by name, kana or sign-in name; initial passwords on slips of paper."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from accounts import limits, services
from accounts.admin import inlines
from accounts.admin.filters import WithoutClass
from accounts.admin.forms import NewPersonForm, PersonForm, SetPasswordForm
from accounts.models import Role, User

KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# Which people make sense in a field that looks people up as you type.
LOOKED_UP = {
    "student": [Role.STUDENT],
    "child": [Role.STUDENT],
    "guardian": [Role.GUARDIAN],
    "teachers": [Role.TEACHER, Role.OPERATOR],
}
POWERS = ["is_staff", "is_superuser", "groups"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/accounts/add_person.html"
    change_password_form = SetPasswordForm
    change_user_password_template = "admin/accounts/set_password.html"  # noqa: S105 - a template
    list_display = [
        "name",
        "kana",
        "username",
        "role",
        "grade",
        "campus",
        "is_active",
        "last_login",
    ]
    list_filter = [
        "role",
        "grade",
        "campus",
        "is_active",
        "must_change_password",
        WithoutClass,
    ]
    list_select_related = ["campus"]
    list_per_page = services.ISSUED_AT_ONCE
    search_fields = [
        "username",
        "family_name",
        "given_name",
        "family_kana",
        "given_kana",
        "joined_name",
        "joined_kana",
    ]
    ordering = ["family_kana", "given_kana", "pk"]
    filter_horizontal = []
    autocomplete_fields = ["campus", "groups"]
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["username", "password", "must_change_password", "is_active"]}),
        (
            _("お名前"),
            {"fields": [("family_name", "given_name"), ("family_kana", "given_kana")]},
        ),
        (_("所属"), {"fields": ["role", "grade", "campus"]}),
        (_("連絡先と表示"), {"fields": ["email", "language"]}),
        (_("管理画面の権限"), {"classes": ["collapse"], "fields": [*POWERS]}),
        (_("記録"), {"fields": ["last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": tuple(NewPersonForm.Meta.fields)})]
    actions = ["issue_passwords", "stop_use", "resume_use", "remove_second_factor"]

    @admin.display(description=_("氏名"), ordering="family_kana")
    def name(self, person: User) -> str:
        return person.full_name

    @admin.display(description=_("よみ"), ordering="family_kana")
    def kana(self, person: User) -> str:
        return person.full_kana

    class Media:
        css = {"all": ["accounts/admin.css"]}

    # --- Finding ------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(
            joined_name=Concat("family_name", "given_name"),
            joined_kana=Concat("family_kana", "given_kana"),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        roles = LOOKED_UP.get(request.GET.get("field_name", ""))
        if roles and request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(role__in=roles, is_active=True)
        found, duplicates = super().get_search_results(request, queryset, search_term)
        in_hiragana = search_term.translate(KATAKANA_TO_HIRAGANA)
        if in_hiragana != search_term:
            found |= super().get_search_results(request, queryset, in_hiragana)[0]
        return found, duplicates

    # --- One person ---------------------------------------------------------------------

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        if obj is None:
            return []
        if obj.role == Role.STUDENT:
            return [
                inlines.StandingClasses,
                inlines.NewClasses,
                inlines.StandingGuardians,
                inlines.NewGuardians,
            ]
        if obj.role == Role.GUARDIAN:
            return [inlines.StandingChildren, inlines.NewChildren]
        return []

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only a superuser hands out powers."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else [*fields, *POWERS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may set a superuser's password is one, so only superusers may."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Deleting a person deletes what was learnt; only a slip of the pen may go."""
        unused = obj is not None and obj.last_login is None
        return unused and super().has_delete_permission(request, obj)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            # The window closes at once and could show no slip; one is issued from the list.
            return super().response_add(request, obj, post_url_continue)
        return self._slips(request, services.issue_initial_passwords(people=[obj]))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    # --- Many people --------------------------------------------------------------------

    def _slips(self, request: HttpRequest, slips: list[services.Slip]) -> HttpResponse:
        for slip in slips:
            limits.forget_failures(slip.person.username)
        # The admin's pages are never cached, so the passwords wait in no browser.
        return TemplateResponse(
            request,
            "accounts/slips.html",
            {"slips": slips, "sign_in_address": request.build_absolute_uri("/")},
        )

    def _within_reach(self, request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
        """Not oneself, and superusers only for superusers."""
        people = people.exclude(pk=request.user.pk or 0)
        return people if request.user.is_superuser else people.exclude(is_superuser=True)

    @admin.action(description=_("初期パスワードを発行"), permissions=["change"])
    def issue_passwords(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        people = self._within_reach(request, queryset).filter(is_active=True)
        count = people.count()
        if not 0 < count <= services.ISSUED_AT_ONCE:
            self.message_user(
                request,
                now(
                    "初期パスワードは、利用中の人を1人から%d人まで選んで発行できます。"
                    "ご自分のパスワードは設定のページから変えてください。"
                )
                % services.ISSUED_AT_ONCE,
                messages.ERROR,
            )
            return None
        if "confirmed" not in request.POST:
            return TemplateResponse(
                request,
                "admin/accounts/issue_passwords.html",
                {
                    **self.admin_site.each_context(request),
                    "title": _("初期パスワードを発行しますか？"),
                    "opts": self.opts,
                    "people": people,
                },
            )
        return self._slips(request, services.issue_initial_passwords(people=people))

    def _set_use(self, request: HttpRequest, people: QuerySet[User], *, active: bool) -> int:
        return self._within_reach(request, people).update(is_active=active)

    @admin.action(description=_("利用を停止（記録は残ります）"), permissions=["change"])
    def stop_use(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = self._set_use(request, queryset, active=False)
        self.message_user(request, now("%d人の利用を停止しました。") % count)

    @admin.action(description=_("利用を再開"), permissions=["change"])
    def resume_use(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = self._set_use(request, queryset, active=True)
        self.message_user(request, now("%d人の利用を再開しました。") % count)

    @admin.action(description=_("2段階認証を解除"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = self._within_reach(request, queryset)
        count = services.remove_second_factor(people=people)
        self.message_user(request, now("%d人の2段階認証を解除しました。") % count)
