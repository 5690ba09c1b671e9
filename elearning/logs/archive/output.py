"""An answer as a table for people, as CSV, or as a line of JSON for each row."""

import csv
import json
import unicodedata
from typing import Any, TextIO

from elearning.logs.archive.database import Answer

_NUMBERS = (int, float)


def write(answer: Answer, form: str, out: TextIO) -> None:
    """`form`: "table", "csv" or "json"."""
    _WRITERS[form](answer, out)


def _write_table(answer: Answer, out: TextIO) -> None:
    columns = range(len(answer.columns))
    rows = [[_shown(value) for value in row] for row in answer.rows]
    widths = [
        max([_width(answer.columns[each]), *(_width(row[each]) for row in rows)])
        for each in columns
    ]
    right = [any(isinstance(row[each], _NUMBERS) for row in answer.rows) for each in columns]
    for row in [answer.columns, ["-" * width for width in widths], *rows]:
        cells = [_padded(row[each], widths[each], right=right[each]) for each in columns]
        out.write("  ".join(cells).rstrip() + "\n")


def _write_csv(answer: Answer, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def _write_json(answer: Answer, out: TextIO) -> None:
    for row in answer.rows:
        out.write(json.dumps(dict(zip(answer.columns, row, strict=True))) + "\n")


def _shown(value: Any) -> str:
    """Nothing that a terminal would act upon."""
    if value is None:
        return ""
    return "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value)
    )


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _width(text))
    return blank + text if right else text + blank


def _width(text: str) -> int:
    """In a terminal, where Japanese takes two places."""
    return sum(2 if unicodedata.east_asian_width(each) in "FW" else 1 for each in text)


_WRITERS = {"table": _write_table, "csv": _write_csv, "json": _write_json}
