"""Tables of plain text, in which a Japanese letter takes two columns."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns on a terminal."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Rows of the same length; the first `left` columns are set left, the others right."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]

    def cell(text: str, column: int) -> str:
        space = " " * (widths[column] - width(text))
        return text + space if column < left else space + text

    lines = ("  ".join(cell(text, column) for column, text in enumerate(row)) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)
