"""DuckDB over a folder of lines: in memory, small, and with no way to anything else."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elearning.logs.archive.columns import COLUMNS, TOKYO

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
"""Of a task with 1 GiB; what does not fit goes to the temporary folder."""
THREADS = 2
FILES = "*.jsonl*"


class NoDatabase(Exception):
    """DuckDB is not installed."""


class Unreadable(Exception):
    """A file could not be read to its end, or not within MEMORY; the text says which."""


@dataclass(frozen=True)
class Answer:
    """`rows` have a value for each of `columns`."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Archive:
    """Lines in the files of `folder` (FILES, or links to them), into which it may also write.

    It can open nothing else. Raises NoDatabase.
    """

    def __init__(self, folder: Path) -> None:
        self._links = {str(link): str(link.resolve()) for link in sorted(folder.glob(FILES))}
        self._database = _connect(folder, list(self._links.values()))
        columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in COLUMNS.items())
        read = (
            f"read_json({_quoted(f'{folder}/{FILES}')}, format='newline_delimited',"
            f" columns={{{columns}}}, ignore_errors=true)"
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
        import duckdb

        try:
            found = self._database.execute(sql, values)
            return Answer([each[0] for each in found.description or []], found.fetchall())
        except (
            duckdb.IOException,
            duckdb.InvalidInputException,
            duckdb.OutOfMemoryException,
        ) as error:
            raise Unreadable(self._in_words(error)) from error

    def count(self) -> tuple[int, int]:
        """How many lines there are, and how many of them nobody of us wrote. Raises Unreadable."""
        ((lines, foreign),) = self.ask(
            "SELECT count(*), count(*) - count(event) FROM archive", []
        ).rows
        return lines, foreign

    def close(self) -> None:
        self._database.close()

    def _in_words(self, error: Exception) -> str:
        """The first line, with the names that people gave the files."""
        words = str(error).partition("\n")[0]
        for link, file in self._links.items():
            words = words.replace(link, file)
        return words


def _connect(folder: Path, files: list[str]) -> "DuckDBPyConnection":
    """`files` are what links in `folder` lead to: it looks there."""
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
    database.execute(f"SET allowed_paths = [{', '.join(map(_quoted, files))}]")
    database.execute(f"SET allowed_directories = [{_quoted(f'{folder.resolve()}/')}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
