"""gunicorn's settings; started as `gunicorn -c python:config.gunicorn config.wsgi`."""

import gc
import logging
import resource
import signal
from pathlib import Path
from types import FrameType
from typing import Any

from config import capacity, env
from config.logs import logging_settings
from elearning.health import readiness

log = logging.getLogger(__name__)

with env.starting():
    bind = f"{env.text('BIND_HOST', '127.0.0.1')}:{env.number('PORT', 8000, least=1)}"
    workers = capacity.web_processes()
    threads = capacity.web_threads()
    logconfig_dict = logging_settings()
    DRAIN_SECONDS = env.number("DRAIN_SECONDS", 0 if env.flag("DEBUG", default=False) else 15)
# What proxies say is the settings' to judge. From this machine gunicorn would believe anybody's
# SCRIPT_NAME, and a proxy here would pass it on.
forwarded_allow_ips = ""
worker_class = "elearning.serving.patient_worker.PatientWorker"
# Loaded once and shared by all processes: less memory, and a process that died is back at once.
preload_app = True
# Whatever leaks, leaks for so long; not all processes at once.
max_requests = 20_000
max_requests_jitter = 5_000
# The workers' sign of life is a file; a disk that stands still must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own
# Longer than the 60 s after which an ALB lets an idle connection go, or it would send
# a request into one that we have just closed.
keepalive = 75
timeout = 60
graceful_timeout = 40
control_socket_disable = True
logger_class = "elearning.logs.gunicorn.GunicornLogger"

FILES = 4096
"""That one process may have open."""


def when_ready(arbiter: Any) -> None:
    """Before the first fork."""
    # What is here now stays until the end: no collection need look at it, nor copy its pages.
    gc.collect()
    gc.freeze()
    _open_enough_files()
    _say_so_before_ending(arbiter)


def post_fork(arbiter: Any, worker: Any) -> None:
    """In the child, which has the master's handlers until it sets its own: told to end in
    between, it would never hear of it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _open_enough_files() -> None:
    """Each process may have a thousand connections, and files besides."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _say_so_before_ending(arbiter: Any) -> None:
    """At SIGTERM `/readyz` fails first, while all is served as before.

    The load balancer needs some seconds to see it and send no more. Only then gunicorn closes
    its port and lets its workers end what they have. A second SIGTERM does not wait.
    """

    def told_to_end(number: int, frame: FrameType | None) -> None:
        if readiness.draining() or not DRAIN_SECONDS:
            end(number, frame)
        else:
            readiness.drain()
            log.info("drain_server", extra={"seconds": DRAIN_SECONDS})
            signal.alarm(DRAIN_SECONDS)

    def end(number: int, frame: FrameType | None) -> None:
        readiness.drain()
        arbiter.signal(signal.SIGTERM, frame)

    signal.signal(signal.SIGALRM, end)
    signal.signal(signal.SIGTERM, told_to_end)
