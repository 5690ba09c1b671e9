"""gunicorn's settings as they are deployed, but with little patience and few connections."""

import os

from config.gunicorn import *  # noqa: F403 - all of them, then ours
from elearning.serving import patient_worker

worker_connections = 30
patient_worker.SILENT_SECONDS = float(os.environ.get("SILENT_SECONDS", "75"))
patient_worker.ARRIVAL_SECONDS = float(os.environ.get("ARRIVAL_SECONDS", "30"))
patient_worker.STALLED_SECONDS = float(os.environ.get("STALLED_SECONDS", "30"))
patient_worker.WAITING_SECONDS = float(os.environ.get("WAITING_SECONDS", "50"))
patient_worker.LINGER_SECONDS = float(os.environ.get("LINGER_SECONDS", "2"))
