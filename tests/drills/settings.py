"""The site's own settings, as deployed, but for static files: nobody fetches them in a drill,
and compressing them takes longer than a short one."""

from config.settings import *  # noqa: F403 - all of them, then ours
from config.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
