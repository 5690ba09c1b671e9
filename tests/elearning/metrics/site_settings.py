"""The site as deployed, but that a minute takes a second."""

from elearning.metrics import pace
from tests.servers.site_settings import *  # noqa: F403 - all of them

pace.PERIOD = 1.0
pace.LOOK_EVERY = 0.25
