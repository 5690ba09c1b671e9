from tests.servers.site_settings import *  # noqa: F403 - all of them, then ours

ROOT_URLCONF = "tests.elearning.logs.breaking.urls"
