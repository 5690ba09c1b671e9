"""The site as deployed, but that a minute takes a month."""

from elearning.metrics import pace
from tests.servers.site_settings import *  # noqa: F403 - all of them

pace.PERIOD = pace.LOOK_EVERY = 30 * 86_400.0
