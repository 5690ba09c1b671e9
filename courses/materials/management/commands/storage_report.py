"""`manage.py storage_report`: how much room files take, by course and by owner."""

import csv
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from courses.materials.queries import usage
from courses.materials.queries.usage import Amount
from elearning.spreadsheets import BYTE_ORDER_MARK, as_text
from elearning.uploads.quotas import amount


class Line(NamedTuple):
    """A course or a person ("course", "owner"); a quota of 0 is none."""

    kind: str
    pk: int
    name: str
    teachers: str
    taken: Amount
    quota: int


class Command(BaseCommand):
    help = (
        "Tells how much room files take, counted from the database. A file that several courses"
        " use counts in each of them, and once in the total."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--csv", action="store_true", help="sizes in bytes, for a spreadsheet")

    def handle(self, *args: Any, **options: Any) -> None:
        lines, total = [*_courses(), *_owners()], usage.total()
        if options["csv"]:
            self._csv(lines, total)
        else:
            self._text(lines, total)

    def _text(self, lines: list[Line], total: usage.Total) -> None:
        self.stdout.write("A file that several courses use counts in each, and once in the total.")
        for kind, of_kind in groupby(lines, key=lambda line: line.kind):
            self.stdout.write(f"\nBy {kind}: files, size, made of them")
            for line in of_kind:
                self.stdout.write(_in_words(line))
        self.stdout.write("\nIn all: files, size")
        for name, part in _parts(total):
            self.stdout.write(f"{part.files:>7}  {amount(part.size):>9}  {name}")
        self.stdout.write(f"{'':>7}  {amount(total.size):>9}  total")

    def _csv(self, lines: list[Line], total: usage.Total) -> None:
        writer = csv.writer(self.stdout, lineterminator="\r\n")
        self.stdout.write(BYTE_ORDER_MARK, ending="")
        writer.writerow(
            ["kind", "id", "name", "teachers", "files", "bytes", "derived_bytes", "quota_bytes"]
        )
        for line in lines:
            taken = line.taken
            writer.writerow(
                [
                    line.kind,
                    line.pk,
                    as_text(line.name),
                    as_text(line.teachers),
                    taken.files,
                    taken.size,
                    taken.derived,
                    line.quota or "",
                ]
            )
        for name, part in _parts(total):
            writer.writerow(["total", "", name, "", part.files, part.size, "", ""])
        writer.writerow(["total", "", "all", "", "", total.size, "", ""])


def _in_words(line: Line) -> str:
    taken = line.taken
    size = amount(taken.size) + (f" of {amount(line.quota)}" if line.quota else "")
    teachers = f" ({line.teachers})" if line.teachers else ""
    return f"{taken.files:>7}  {size:>9}  {amount(taken.derived):>9}  {line.name}{teachers}"


def _courses() -> list[Line]:
    quota = settings.COURSE_QUOTA_BYTES
    return [
        Line(
            "course",
            course.pk,
            f"{course.school_year} {course.title}",
            "、".join(teacher.full_name for teacher in course.teachers.all()),
            taken,
            quota,
        )
        for course, taken in usage.courses_of(usage.by_course())
    ]


def _owners() -> list[Line]:
    quota = settings.UPLOAD_QUOTA_BYTES
    return [
        Line("owner", owner.pk, owner.full_name, "", taken, quota)
        for owner, taken in usage.owners_of(usage.by_owner())
    ]


def _parts(total: usage.Total) -> list[tuple[str, Amount]]:
    return [
        ("in use", total.used),
        ("made of them", total.derived),
        ("unused", total.unused),
        ("in quarantine", total.quarantined),
        ("arriving", total.arriving),
    ]
