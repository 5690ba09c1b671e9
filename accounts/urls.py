"""Sign-in and the person's own page; signing up is the office's work, so there is no such page."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts import views
from accounts.requests import staff_only

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="account_logout"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("profile/", views.profile, name="profile"),
    path("profile/language/", views.profile_language, name="profile_language"),
    path("profile/email/", views.profile_email, name="profile_email"),
    path("mfa/", staff_only(mfa.index), name="mfa_index"),
    path("mfa/app/", staff_only(totp.activate_totp), name="mfa_activate_totp"),
    path("mfa/app/off/", staff_only(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("mfa/codes/", staff_only(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "mfa/codes/new/",
        staff_only(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mfa/codes/download/",
        staff_only(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
