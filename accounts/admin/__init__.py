"""The office keeps people, campuses and classes in Django's admin."""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 (both register first what is unregistered here)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.classes import CampusAdmin, ClassGroupAdmin
from accounts.admin.users import UserAdmin

admin.site.site_header = _("管理画面")
admin.site.site_title = _("管理画面")
admin.site.index_title = _("登録と設定")

# Addresses live on the user (ACCOUNT_FORMS in the settings), and the other holds secrets.
for unused in (EmailAddress, Authenticator):
    admin.site.unregister(unused)

__all__ = ["CampusAdmin", "ClassGroupAdmin", "UserAdmin"]
