"""The site as deployed, for workers in whose life a minute is short and no hour is busy."""

from tests.drills.settings import *  # noqa: F403 - all of them, then ours

WORKER_BEAT_SECONDS = 0.5
SCHEDULE_BUSY = ("00:00", "00:00")
