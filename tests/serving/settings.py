"""The site as the other tests of real processes have it, with some slow addresses."""

from tests.servers.site_settings import *  # noqa: F403 - all of them, then ours

ROOT_URLCONF = "tests.serving.urls"
