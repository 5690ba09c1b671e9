"""What the database holds in the end, against what the students were told."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from courses.enrolment.models import Progress, StudyDay
from elearning.db.idempotency.models import IdempotencyKey
from tests.drills.learner import Diary
from tests.drills.school import School


@dataclass(frozen=True, slots=True)
class Stored:
    """Each a list of sentences; both are empty when all is well."""

    lost: list[str]
    """Acknowledged, but not there."""
    duplicated: list[str]
    """There more than once, or counted more than once."""


def compare(school: School, diaries: Iterable[tuple[int, Diary]]) -> Stored:
    """`diaries`: the primary key of a student, and what that student saw."""
    lost, duplicated = [], []
    keys = Counter(IdempotencyKey.objects.values_list("owner", "key"))
    progress: dict[int, list[Progress]] = {}
    for row in Progress.objects.filter(activity=school.activity):
        progress.setdefault(row.student_id, []).append(row)
    days = dict(
        StudyDay.objects.values_list("student").annotate(Sum("seconds")).order_by("student")
    )
    for student, diary in diaries:
        rows = progress.get(student, [])
        arrived = max((row.sitting_seconds for row in rows), default=0)
        acknowledged = [beat for beat in diary.beats if beat.acknowledged_at is not None]
        for beat in acknowledged:
            if not keys[student, _stored(beat.key)] or beat.total > arrived:
                lost.append(f"student {student}, second {beat.total} of the sitting")
        duplicated += [
            f"student {student}, key of second {beat.total}"
            for beat in diary.beats
            if keys[student, _stored(beat.key)] > 1
        ]
        if len(rows) > 1:
            duplicated.append(f"student {student}: {len(rows)} rows of progress")
        # Each heartbeat claimed one second; the last may have arrived without an answer.
        for what, seconds in (
            ("in the activity", sum(row.seconds for row in rows)),
            ("in the calendar", days.get(student, 0)),
        ):
            if seconds > len(diary.beats):
                duplicated.append(
                    f"student {student}: {seconds} s {what}, {len(diary.beats)} s claimed"
                )
    return Stored(lost, duplicated)


def _stored(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
