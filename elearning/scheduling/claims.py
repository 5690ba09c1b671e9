"""Who runs what: one of all schedulers, for each command and day."""

import datetime
import logging

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from elearning.db.texts import storable
from elearning.scheduling.models import CommandRun, Outcome

log = logging.getLogger(__name__)

LOST_AFTER = datetime.timedelta(hours=6)
"""Longer than any of the commands takes."""
MOST_ATTEMPTS = 2
"""It may be what ends the scheduler."""
KEEP = datetime.timedelta(days=90)


def claim(name: str, due: datetime.date) -> CommandRun | None:
    """The run, if it is ours to do; None if it was done, is being done, or was given up."""
    now = timezone.now()
    known = CommandRun.objects.filter(name=name, due=due).first()
    if known is not None:
        return _taken_over(known, now)
    try:
        with transaction.atomic():
            return CommandRun.objects.create(name=name, due=due, started_at=now)
    except IntegrityError:
        # Another has made the row since.
        return None


def settle(run: CommandRun, outcome: Outcome, said: str) -> bool:
    """Keep how it ended; False if another has taken it over, whose word it then is."""
    now = timezone.now()
    kept = _as_begun(run).update(outcome=outcome, said=storable(said), finished_at=now)
    return bool(kept)


def forget_old() -> None:
    CommandRun.objects.filter(due__lt=timezone.localdate() - KEEP).delete()


def _taken_over(run: CommandRun, now: datetime.datetime) -> CommandRun | None:
    """Of a scheduler that died in the middle of it."""
    if run.outcome != Outcome.RUNNING or run.started_at > now - LOST_AFTER:
        return None
    lost = {"command": run.name, "attempt": run.attempt}
    if run.attempt >= MOST_ATTEMPTS:
        if settle(run, Outcome.FAILED, ""):
            log.error("give_up_command", extra=lost)
        return None
    if not _as_begun(run).update(started_at=now, attempt=run.attempt + 1):
        return None
    log.warning("take_over_command", extra=lost)
    run.started_at, run.attempt = now, run.attempt + 1
    return run


def _as_begun(run: CommandRun) -> QuerySet[CommandRun]:
    return CommandRun.objects.filter(pk=run.pk, outcome=Outcome.RUNNING, attempt=run.attempt)
