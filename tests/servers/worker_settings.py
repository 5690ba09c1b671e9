"""The site's settings as deployed, for workers in whose life a minute is short."""

from tests.drills.settings import *  # noqa: F403 - all of them, then ours

WORKER_BEAT_SECONDS = 0.5
