"""Static files under hashed names, compressed, with the imports between modules rewritten."""

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


def see_that_they_were_collected() -> None:
    """ImproperlyConfigured if not: every page would fail."""
    storage = staticfiles_storage
    if isinstance(storage, HashedStaticStorage) and not storage.hashed_files:
        raise ImproperlyConfigured(
            f"There are no static files in {settings.STATIC_ROOT}; run `manage.py collectstatic`."
        )
