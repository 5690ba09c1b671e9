"""The site's own settings, as deployed, but for static files: nobody collected and hashed them."""

from config.settings import *  # noqa: F403 - all of them, then ours
from config.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
