"""DuckDB over a folder of lines: in memory, small, and with no way out of that folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elearning.logs.archive.columns import COLUMNS, TOKYO

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
"""Of a task with 1 GiB; what does not fit goes to the temporary folder."""
THREADS = 2


class NoDatabase(Exception):
    """DuckDB is not installed."""


class Unreadable(Exception):
    """A file could not be read to its end."""


@dataclass(frozen=True)
class Answer:
    """`rows` have a value for each of `columns`."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Archive:
    """Lines in files `*.jsonl` and `*.jsonl.gz` of `folder`, in which it may also write.

    Raises NoDatabase.
    """

    def __init__(self, folder: Path) -> None:
        self._database = _connect(folder)
        columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in COLUMNS.items())
        read = (
            f"read_json({_quoted(f'{folder}/*.jsonl*')}, format='newline_delimited',"
            f" columns={{{columns}}}, ignore_errors=true, hive_partitioning=false)"
        )
        self._database.execute(f"CREATE VIEW archive AS SELECT * FROM {read}")  # noqa: S608 - ours
        self._database.execute(
            'CREATE VIEW lines AS SELECT *, substr("time", 1, 10) AS dt,'  # noqa: S608 - ours
            f' substr("time", 12, 2) AS hour, {TOKYO} AS tokyo'
            " FROM archive WHERE event IS NOT NULL"
        )
        # Athena's word for it.
        self._database.execute("CREATE MACRO approx_percentile(x, p) AS approx_quantile(x, p)")
        self._database.execute("CREATE MACRO element_at(list, i) AS list_extract(list, i)")

    def ask(self, sql: str, values: list[str]) -> Answer:
        """Of a query with as many question marks as there are `values`. Raises Unreadable."""
        found = self._run(sql, values)
        return Answer([each[0] for each in found.description or []], found.fetchall())

    def count(self) -> tuple[int, int]:
        """How many lines there are, and how many of them nobody of us wrote. Raises Unreadable."""
        found = self._run("SELECT count(*), count(*) - count(event) FROM archive", [])
        lines, foreign = found.fetchall()[0]
        return lines, foreign

    def close(self) -> None:
        self._database.close()

    def _run(self, sql: str, values: list[str]) -> "DuckDBPyConnection":
        import duckdb

        try:
            return self._database.execute(sql, values)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise Unreadable(str(error)) from error


def _connect(folder: Path) -> "DuckDBPyConnection":
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise NoDatabase from error
    database = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "threads": str(THREADS),
            "temp_directory": str(folder / "spilt"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "preserve_insertion_order": "false",
        },
    )
    database.execute(f"SET allowed_directories = [{_quoted(f'{folder}/')}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
