"""Study time from the heartbeats of a page that is being studied."""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from courses.catalog.models import Activity
from courses.catalog.registry import kind_of
from courses.enrolment.models import Progress, ProgressState, StudyClock, StudyDay
from courses.enrolment.services.progress import mark_completed, open_activity
from elearning.db.context import pin

MOST_A_BEAT = datetime.timedelta(seconds=90)
MOST_OF_A_SITTING = datetime.timedelta(hours=1)
"""From a page load that we have heard of before: it lost its line and counted on meanwhile."""
FIRST_BEAT = datetime.timedelta(seconds=25)
"""A page beats every 20 seconds; the very first beat of a student has no clock to go by."""
CLOCK_SLACK = datetime.timedelta(seconds=1)
LAST_POSITION = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What a heartbeat has led to."""

    completed: bool
    remaining: str
    """Why it is not complete yet, in the student's words; "" if there is nothing to say."""
    seconds: int
    """Studied in this activity altogether."""


def record_beat(
    *,
    student: User,
    activity: Activity,
    seconds: float,
    position: float | None,
    payload: Mapping[str, Any],
) -> Stored:
    """Credit study time, remember the position, and complete what is now complete.

    `seconds`: active time that the page claims since its last stored beat; at most the wall
    time that is not yet counted for this student is credited, so neither tabs side by side
    nor repeated beats count twice. `position`: seconds of the video, or None to leave it.
    `payload`: the whole beat. Its `sitting` (an id of one page load) and `total` (seconds
    claimed by that page load so far) tell a beat that is sent again, its answer having been
    lost, from a new one; both may be missing. The rest is for the kind.
    """
    try:
        return _record(student, activity, seconds, position, payload)
    except StudyClock.DoesNotExist:
        # The first beat ever. Not inside our transaction, or several at once would lock each
        # other. In a caller's (an idempotent view's) they do: it runs a deadlock's losers again.
        first = timezone.now() - FIRST_BEAT
        StudyClock.objects.get_or_create(student=student, defaults={"counted_until": first})
        return _record(student, activity, seconds, position, payload)


@transaction.atomic
def _record(
    student: User,
    activity: Activity,
    seconds: float,
    position: float | None,
    payload: Mapping[str, Any],
) -> Stored:
    now = timezone.now()
    clock = StudyClock.objects.select_for_update().get(student=student)
    progress = open_activity(student=student, activity=activity)
    sitting, total = _sitting_of(payload)
    known = bool(sitting) and sitting == progress.sitting
    most = MOST_OF_A_SITTING if known else MOST_A_BEAT
    claimed = whole_seconds(seconds, most)
    late = False
    if known:
        late = total < progress.sitting_seconds
        claimed = min(claimed, max(0, total - progress.sitting_seconds))

    credited = _credit(clock, claimed, now, most)
    changes: dict[str, Any] = {"seconds": F("seconds") + credited, "last_at": now}
    if sitting and not late:
        changes |= {"sitting": sitting, "sitting_seconds": total}
    if position is not None and math.isfinite(position) and not late:
        changes["position"] = min(max(position, 0.0), LAST_POSITION)
    Progress.objects.filter(pk=progress.pk).update(**changes)
    _add_to_days(student, credited, now)

    kind = kind_of(activity)
    kind.record(activity, student, payload)
    completed = progress.state == ProgressState.COMPLETED
    remaining = ""
    if not completed and not kind.by_hand:
        remaining = kind.remaining(activity, student)
        if not remaining:
            mark_completed(progress, now)
            # Unlike a few seconds more, this must be on whatever page the student opens next.
            pin()
            completed = True
    return Stored(completed, remaining, progress.seconds + credited)


def whole_seconds(claimed: object, longest: datetime.timedelta = MOST_A_BEAT) -> int:
    """A claim as a whole number from 0 to the most a beat can bring; 0 for nonsense."""
    if isinstance(claimed, bool) or not isinstance(claimed, int | float):
        return 0
    most = int(longest.total_seconds())
    if isinstance(claimed, float) and not math.isfinite(claimed):
        return 0
    return int(min(max(claimed, 0), most))


def _credit(
    clock: StudyClock, claimed: int, now: datetime.datetime, most: datetime.timedelta
) -> int:
    """Seconds to credit; moves the clock on, to be called with it locked.

    Wall time is rounded, or a claim of 20 s would lose a second whenever 19.98 s had passed;
    what rounding gave or took stays on the clock. A clock far ahead (a server's was wrong)
    must not stop study time for long.
    """
    counted = min(max(clock.counted_until, now - most), now + CLOCK_SLACK)
    wall = (now - counted).total_seconds()
    credited = min(claimed, max(0, round(wall)))
    # A claim of less than the wall time means that the student was idle for the rest.
    idle = claimed < wall
    clock.counted_until = now if idle else counted + datetime.timedelta(seconds=credited)
    clock.save(update_fields=["counted_until"])
    return credited


def _sitting_of(payload: Mapping[str, Any]) -> tuple[str, int]:
    sitting, total = payload.get("sitting"), payload.get("total")
    if not isinstance(sitting, str) or not re.fullmatch(r"[A-Za-z0-9-]{8,36}", sitting):
        return "", 0
    if isinstance(total, bool) or not isinstance(total, int) or not 0 <= total <= 10**6:
        return "", 0
    return sitting, total


def _add_to_days(student: User, seconds: int, now: datetime.datetime) -> None:
    """Onto Japan's calendar; what lies before midnight onto the day before."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    today = min(seconds, int((local - midnight).total_seconds()))
    _add_to_day(student, local.date(), today)
    _add_to_day(student, local.date() - datetime.timedelta(days=1), seconds - today)


def _add_to_day(student: User, day: datetime.date, seconds: int) -> None:
    if seconds <= 0:
        return
    rows = StudyDay.objects.filter(student=student, day=day)
    if rows.update(seconds=F("seconds") + seconds):
        return
    _, created = StudyDay.objects.get_or_create(
        student=student, day=day, defaults={"seconds": seconds}
    )
    if not created:
        rows.update(seconds=F("seconds") + seconds)
