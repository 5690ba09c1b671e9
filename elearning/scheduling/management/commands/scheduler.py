"""`manage.py scheduler`: runs the daily commands of settings.SCHEDULE at their times."""

import logging
import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.db.utils import Error

from elearning.logs import context
from elearning.scheduling.running import run_due, run_once

log = logging.getLogger("elearning.scheduling")

LOOK_EVERY = 30
"""Seconds."""


class Command(BaseCommand):
    help = (
        "Runs the daily commands at their times until it is told to stop. Several at once are no"
        " harm: each command is run by one of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", metavar="NAME", help="run this one for today, and end")
        how.add_argument("--due", action="store_true", help="run what is due, and end")

    def handle(self, *args: Any, once: str | None, due: bool, **options: Any) -> None:
        context.set_service("scheduler")
        if once:
            try:
                well = run_once(once)
            except LookupError:
                raise CommandError(f"{once} is not in the schedule (SCHEDULE).") from None
        elif due:
            well = run_due()
        else:
            self._go_on()
            return
        if not well:
            raise CommandError("A command failed; the log says which.")

    def _go_on(self) -> None:
        self._told_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log.info("start_scheduler")
        while not self._told_to_stop:
            close_old_connections()
            try:
                run_due(going_on=lambda: not self._told_to_stop)
            except Error:
                # Nothing is lost: what is due stays so.
                log.warning("wait_for_writer")
            self._rest()
        log.info("end_scheduler")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """The command in hand is run to its end."""
        self._told_to_stop = True

    def _rest(self) -> None:
        for _ in range(LOOK_EVERY):
            if self._told_to_stop:
                return
            time.sleep(1)
