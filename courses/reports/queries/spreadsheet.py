"""The class's progress as a CSV file that opens right in Japanese Excel."""

import csv
import datetime
import io
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ClassGroup
from courses.catalog.models import Course
from courses.reports.queries.matrix import Cell, Matrix
from courses.reports.queries.times import day_of
from elearning.spreadsheets import BYTE_ORDER_MARK, as_text


def file_name(class_group: ClassGroup, course: Course | None, today: datetime.date) -> str:
    """渋谷校 中2標準 数学 Aクラス_進み具合_2026-11-20.csv, the course before the middle if given.

    Without what file systems refuse.
    """
    parts = [class_group.full_name, *([course.title] if course else []), _("進み具合")]
    name = "_".join([*parts, f"{today:%Y-%m-%d}"])
    return "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in name) + ".csv"


def _percent(cell: Cell | None) -> str:
    return f"{cell.tally.percent}%" if cell is not None and cell.tally.total else ""


def progress_csv(class_group: ClassGroup, matrices: Sequence[Matrix]) -> str:
    """A line for each student and course; lessons not opened yet have empty fields."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    lessons = max((c.number for matrix in matrices for c in matrix.columns), default=0)
    writer.writerow(
        [_("クラス"), _("氏名"), _("ふりがな"), _("講座")]
        + [_("第%(number)d回") % {"number": n} for n in range(1, lessons + 1)]
        + [_("完了率"), _("期限切れ"), _("今週の学習時間(分)"), _("最終学習日")]
    )
    for matrix in matrices:
        for row in matrix.rows:
            cells = {cell.column.number: cell for cell in row.cells}
            writer.writerow(
                [
                    as_text(class_group.full_name),
                    as_text(row.student.full_name),
                    as_text(row.student.full_kana),
                    as_text(matrix.course.title),
                    *(_percent(cells.get(n)) for n in range(1, lessons + 1)),
                    f"{row.tally.percent}%" if row.tally.total else "",
                    row.tally.overdue,
                    round(row.week_seconds / 60),
                    f"{day_of(row.last_at):%Y/%m/%d}" if row.last_at else "",
                ]
            )
    return out.getvalue()


def csv_of(
    class_group: ClassGroup, matrices: Sequence[Matrix], only: Course | None
) -> tuple[str, bytes]:
    """The file's name, which says the course if it holds only one, and its bytes."""
    text = progress_csv(class_group, matrices)
    return file_name(class_group, only, timezone.localdate()), text.encode()
