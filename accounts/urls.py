"""Sign-in and the person's own page; signing up is the office's work, so there is no such page."""

from allauth.account import views as allauth_views
from django.urls import include, path

urlpatterns = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("mfa/", include("allauth.mfa.urls")),
]
