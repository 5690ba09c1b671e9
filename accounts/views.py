"""The person's own page."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import EmailForm, LanguageForm
from accounts.models import Role
from accounts.queries import children_of, classes_attended_by, classes_taught_by
from accounts.requests import UserRequest

OFFERED_SECOND_FACTOR = {Role.TEACHER, Role.OPERATOR}


@require_safe
def profile(request: UserRequest) -> HttpResponse:
    user = request.user
    context: dict[str, object] = {"language_form": LanguageForm({"language": user.language})}
    if user.role == Role.STUDENT:
        context["classes"] = classes_attended_by(user).select_related("campus")
    elif user.role == Role.TEACHER:
        context["classes"] = classes_taught_by(user).select_related("campus")
    elif user.role == Role.GUARDIAN:
        context["children"] = children_of(user).select_related("campus")
    if user.role in OFFERED_SECOND_FACTOR:
        context |= {"second_factor_offered": True, "second_factor": is_mfa_enabled(user)}
    return render(request, "accounts/profile.html", context)


@require_POST
def profile_language(request: UserRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if form.is_valid():
        language = form.cleaned_data["language"]
        services.change_language(user=request.user, language=language)
        with translation.override(language):
            messages.success(request, _("表示言語を変更しました。"))
    else:
        messages.error(request, _("表示言語を一覧から選んでください。"))
    return redirect("profile")


@require_http_methods(["GET", "HEAD", "POST"])
def profile_email(request: UserRequest) -> HttpResponse:
    user = request.user
    former = user.email
    form = EmailForm(request.POST or None, user=user, initial={"email": former})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if email != former:
            services.change_email(user=user, email=email)
            ours: Any = get_adapter()
            ours.mail_email_changed(user, former)
        if not email:
            said = _("メールアドレスの登録を消しました。")
        elif former:
            said = _("メールアドレスを変更しました。")
        else:
            said = _("メールアドレスを登録しました。")
        messages.success(request, said)
        return redirect("profile")
    return render(request, "accounts/email.html", {"form": form})
