"""How much room material takes, for the office's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from accounts.models import User
from courses.catalog.models import Course
from courses.materials.queries import usage
from courses.materials.queries.usage import Amount

By = Literal["course", "teacher"]

NEARLY_FULL = 0.9


@dataclass(frozen=True, slots=True)
class StorageLine:
    """One course or one person, what it takes, and how long its bar is."""

    taken: Amount
    quota: int
    """In bytes; 0 for none. Of files as they were uploaded."""
    longest: int
    """What a bar in full length stands for, in bytes."""
    course: Course | None = None
    person: User | None = None

    @property
    def state(self) -> str:
        """ "full", "nearly" or "" """
        if not self.quota or self.taken.size < self.quota * NEARLY_FULL:
            return ""
        return "full" if self.taken.size >= self.quota else "nearly"


def rows_by(by: By) -> list[tuple[int, Amount]]:
    """(id, what it takes), the largest first."""
    return usage.by_course() if by == "course" else usage.by_owner()


def quota_by(by: By) -> int:
    """What each may keep at most, in bytes; 0 for no limit."""
    return int(settings.COURSE_QUOTA_BYTES if by == "course" else settings.UPLOAD_QUOTA_BYTES)


def storage_lines(by: By, rows: Sequence[tuple[int, Amount]], *, largest: int) -> list[StorageLine]:
    """These of `rows_by()` with their names. `largest`: the size of the largest of all."""
    quota = quota_by(by)
    longest = quota or largest
    if by == "course":
        return [
            StorageLine(taken, quota, longest, course=course)
            for course, taken in usage.courses_of(rows)
        ]
    return [
        StorageLine(taken, quota, longest, person=person) for person, taken in usage.owners_of(rows)
    ]
