"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config import env
from elearning.logs import context, uncaught
from elearning.static_storage import see_that_they_were_collected

context.set_service("web")
uncaught.listen()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The log says the kind of an error alone.
with env.starting():
    application = get_wsgi_application()
    see_that_they_were_collected()

from django.urls import get_resolver  # noqa: E402 - both need the settings

from elearning.storage.current import material_storage  # noqa: E402

# All that the first requests would load: in gunicorn's master, before it forks.
get_resolver().url_patterns  # noqa: B018
material_storage().prepare()
