"""How much room files take: in all, by course and by owner. Counted from the rows alone.

The number of queries does not depend on how much there is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from courses.catalog.models import Course
from courses.materials.models import Derivative, Document, FileMaterial, Video
from courses.materials.queries.unused import in_use
from elearning.uploads.models import Upload, UploadPart, UploadState
from elearning.uploads.quotas import COUNTED


@dataclass(frozen=True, slots=True)
class Amount:
    """So many files, and their bytes as they were uploaded; what was made of them is apart."""

    files: int = 0
    size: int = 0
    derived: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """Everything that is stored; each file once, however many activities use it."""

    used: Amount
    unused: Amount
    """Replaced, or in the bin."""
    quarantined: Amount
    """Waiting for the check, or refused not long ago."""
    arriving: Amount
    """The parts that were announced so far."""
    derived: Amount
    """Posters, smaller pictures, renditions."""

    @property
    def size(self) -> int:
        parts = (self.used, self.unused, self.quarantined, self.arriving, self.derived)
        return sum(part.size for part in parts)


def total() -> Total:
    """Three queries."""
    checked = Q(state__in=[UploadState.VERIFIED, UploadState.PUBLISHED]) & ~Q(key="")
    waiting = Q(state=UploadState.UPLOADED)
    refused = Q(state=UploadState.REJECTED) & ~Q(key="")
    found = Upload.objects.aggregate(
        **_counted("used", checked & in_use()),
        **_counted("unused", checked & ~in_use()),
        **_counted("quarantined", waiting | refused),
    )
    arriving = UploadPart.objects.filter(upload__state=UploadState.PENDING).aggregate(
        files=Count("upload", distinct=True), size=Sum("size")
    )
    derived = Derivative.objects.exclude(key="").aggregate(files=Count("pk"), size=Sum("size"))
    return Total(
        used=_amount(found, "used_"),
        unused=_amount(found, "unused_"),
        quarantined=_amount(found, "quarantined_"),
        arriving=_amount(arriving),
        derived=_amount(derived),
    )


def by_course() -> list[tuple[int, Amount]]:
    """(course id, what its activities hold or await), the largest first; six queries.

    A file counts once in each course that uses it. What is in the bin does not count, and
    courses without a file are left out.
    """
    found: dict[int, Amount] = defaultdict(Amount)
    for model in (Video, Document):
        for field in ("upload", "next_upload"):
            for row in _of_courses(model, field).annotate(
                files=Count("pk"), size=Sum(f"{field}__size")
            ):
                found[row["course"]] = _plus(found[row["course"]], row)
        for row in _of_courses(model, "upload").annotate(derived=Sum("upload__derivatives__size")):
            found[row["course"]] = _plus(found[row["course"]], row)
    return _largest_first(found)


def by_owner() -> list[tuple[int, Amount]]:
    """(person's id, his files in use or on their way), the largest first; two queries."""
    found: dict[int, Amount] = defaultdict(Amount)
    counted = Upload.objects.filter(state__in=COUNTED, unused_since=None).order_by()
    for row in counted.values("owner").annotate(files=Count("pk"), size=Sum("size")):
        found[row["owner"]] = _plus(found[row["owner"]], row)
    made = Derivative.objects.filter(upload__in=counted.values("pk"))
    for row in made.values("upload__owner").annotate(derived=Sum("size")):
        found[row["upload__owner"]] = _plus(found[row["upload__owner"]], row)
    return _largest_first(found)


def courses_of(rows: Sequence[tuple[int, Amount]]) -> list[tuple[Course, Amount]]:
    """The courses themselves, with their teachers; two queries."""
    known = Course.objects.prefetch_related("teachers").in_bulk([pk for pk, _amount in rows])
    return [(known[pk], amount) for pk, amount in rows if pk in known]


def owners_of(rows: Sequence[tuple[int, Amount]]) -> list[tuple[User, Amount]]:
    """The people themselves; one query."""
    known = User.objects.in_bulk([pk for pk, _amount in rows])
    return [(known[pk], amount) for pk, amount in rows if pk in known]


def _of_courses(model: type[FileMaterial], field: str) -> QuerySet[FileMaterial, Any]:
    """Grouped by course: what is there, and of a file that is there twice only the first."""
    there = model._default_manager.filter(
        activity__deleted_at=None,
        activity__lesson__deleted_at=None,
        activity__lesson__course__deleted_at=None,
    )
    earlier = there.filter(
        pk__lt=OuterRef("pk"),
        activity__lesson__course=OuterRef("activity__lesson__course"),
        **{field: OuterRef(field)},
    )
    first = there.filter(~Exists(earlier), **{f"{field}__state__in": COUNTED})
    return first.order_by().values(course=F("activity__lesson__course"))


def _counted(name: str, which: Q) -> dict[str, Any]:
    return {f"{name}_files": Count("pk", filter=which), f"{name}_size": Sum("size", filter=which)}


def _amount(row: dict[str, Any], prefix: str = "") -> Amount:
    return Amount(row[f"{prefix}files"], row[f"{prefix}size"] or 0)


def _plus(amount: Amount, row: dict[str, Any]) -> Amount:
    return replace(
        amount,
        files=amount.files + row.get("files", 0),
        size=amount.size + (row.get("size") or 0),
        derived=amount.derived + (row.get("derived") or 0),
    )


def _largest_first(found: dict[int, Amount]) -> list[tuple[int, Amount]]:
    return sorted(found.items(), key=lambda item: (-item[1].size, item[0]))
