"""Runs of commands that are due."""

import io
import logging
import secrets
import time
from collections.abc import Callable

from django.core.management import call_command
from django.utils import timezone

from elearning.logs import context
from elearning.scheduling.claims import claim, forget_old, settle
from elearning.scheduling.daily import Daily, is_busy, schedule
from elearning.scheduling.models import CommandRun, Outcome

log = logging.getLogger(__name__)


def run_due(*, going_on: Callable[[], bool] = lambda: True) -> bool:
    """Run what is due and nobody has begun, as long as `going_on()`; False if one failed.

    Nothing while everybody is learning: what was missed then waits for the night.
    """
    well = True
    for daily in schedule():
        now = timezone.now()
        if is_busy(timezone.localtime(now).time()) or not going_on():
            break
        run = claim(daily.name, daily.due(now))
        well = (run is None or _do(daily, run)) and well
    return well


def run_once(name: str) -> bool:
    """Run this one for today, at any time of the day, unless that was begun; False if it failed.

    Raises LookupError if it is not in the schedule.
    """
    daily = next((daily for daily in schedule() if daily.name == name), None)
    if daily is None:
        raise LookupError(name)
    run = claim(name, timezone.localdate())
    return run is None or _do(daily, run)


def _do(daily: Daily, run: CommandRun) -> bool:
    begun = time.monotonic()
    said = io.StringIO()
    # What it queues can be traced back to it.
    with context.bind(request_id=secrets.token_hex(16), command=daily.name):
        log.info("begin_command", extra={"attempt": run.attempt})
        error = _error_of(daily, said)
        outcome = Outcome.DONE if error is None else Outcome.FAILED
        log.log(
            logging.INFO if error is None else logging.ERROR,
            "run_command",
            extra={
                "outcome": outcome.value,
                "ms": round((time.monotonic() - begun) * 1000, 1),
                "attempt": run.attempt,
            },
            exc_info=error,
        )
        # Only now: it may find the writer gone.
        settle(run, outcome, said.getvalue())
        forget_old()
    return error is None


def _error_of(daily: Daily, said: io.StringIO) -> BaseException | None:
    """Run it; a command that fails must not keep the others."""
    try:
        call_command(daily.name, *daily.arguments, stdout=said, stderr=said)
    except (Exception, SystemExit) as error:
        if isinstance(error, SystemExit) and not error.code:
            return None
        said.write(f"{type(error).__name__}: {error}\n")
        return error
    return None
