"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from elearning.logs import context, uncaught

context.set_service("web")
uncaught.listen()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - both need the settings

from elearning.storage.current import material_storage  # noqa: E402

# All that the first requests would load: in gunicorn's master, before it forks.
get_resolver().url_patterns  # noqa: B018
material_storage().prepare()
