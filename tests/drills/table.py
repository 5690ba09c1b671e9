"""The table that a drill prints, and its verdict."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; without a promise it is only told."""

    what: str
    measured: str
    promised: str = ""
    held: bool = True


def passed(rows: list[Row]) -> bool:
    return all(row.held for row in rows)


def lines(title: str, rows: list[Row]) -> list[str]:
    """The table and, as its last line, the verdict: `PASSED: …` or `FAILED: …`."""
    head = Row(title, "measured", "promised")
    all_rows = [head, *rows]
    columns = zip(*map(_cells, all_rows), strict=True)
    widths = [max(map(len, column)) for column in columns]
    table = []
    for row in all_rows:
        what, measured, promised = _cells(row)
        line = f"{what:<{widths[0]}}  {measured:>{widths[1]}}  {promised:<{widths[2]}}"
        table.append(line.rstrip() if row.held else f"{line}  BROKEN")
    return [*table, _verdict(rows)]


def _cells(row: Row) -> tuple[str, str, str]:
    return row.what, row.measured, row.promised


def _verdict(rows: list[Row]) -> str:
    broken = [f"{row.what} {row.measured}" for row in rows if not row.held]
    if broken:
        return f"FAILED: {'; '.join(broken)}"
    promises = [row for row in rows if row.promised]
    return f"PASSED: all {len(promises)} promises held"
