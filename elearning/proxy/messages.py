"""Where a message for the next page is kept: in a cookie like our others, or in the session."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, but only this very host can set the cookie where the site has HTTPS."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override] # Django's is a fixed one
        return f"{settings.HOST_COOKIE_PREFIX}messages"


class HostFallbackStorage(FallbackStorage):
    storage_classes = (HostCookieStorage, SessionStorage)
