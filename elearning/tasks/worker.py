"""A worker that outlives a failover of the database, and leaves nothing half done."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.utils import Error
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from elearning.db.errors import fault_of
from elearning.db.writer_state import writer_state
from elearning.tasks import settling
from elearning.tasks.beating import Beating
from elearning.tasks.draining import Draining
from elearning.tasks.job import Job
from elearning.tasks.reaper import WorkerLost
from elearning.tasks.settling import Outcome
from elearning.tasks.stopping import Interrupted

log = logging.getLogger("elearning.tasks")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 3.0
"""Seconds between two tries while the writer is away; each pause is twice the one before."""

WELL_AGAIN = 30.0
"""After so many seconds without a pause the next one is the first again."""


class Stopped(SystemExit):
    """Told to stop while the writer was away. What was in hand stays RUNNING."""
