"""The WSGI entry point that gunicorn serves."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from elearning.logs import context, uncaught

context.set_service("web")
uncaught.listen()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    # As manage.py: the log says the kind of an error alone, and who starts the site must see why.
    sys.exit(f"Not started: {error}")

from django.urls import get_resolver  # noqa: E402 - both need the settings

from elearning.storage.current import material_storage  # noqa: E402

# All that the first requests would load: in gunicorn's master, before it forks.
get_resolver().url_patterns  # noqa: B018
material_storage().prepare()
