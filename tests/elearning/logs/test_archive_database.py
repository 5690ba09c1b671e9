"""The database that answers for the archive: what it may not do."""

import duckdb
import pytest

from elearning.logs.archive import database
from elearning.logs.archive.database import Archive, Unreadable
from tests.log_lines import answered, write


@pytest.fixture
def archive(tmp_path):
    write(tmp_path / "in" / "lines.jsonl", answered())
    write(tmp_path / "other.jsonl", answered("secret"))
    opened = Archive(tmp_path / "in")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{outside}')",
        "COPY (SELECT 1) TO '{outside}'",
        "ATTACH '{outside}' AS other",
        "SELECT * FROM read_json('https://example.com/a.jsonl')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
    ],
)
def test_it_opens_and_loads_nothing_but_the_lines(archive, tmp_path, sql):
    with pytest.raises((duckdb.Error, Unreadable)):
        archive.ask(sql.format(outside=tmp_path / "other.jsonl"), [])


def test_it_reads_what_is_linked_into_its_folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").symlink_to(write(tmp_path / "other.jsonl", answered()))
    opened = Archive(folder)
    assert opened.count() == (1, 0)
    opened.close()


def test_it_keeps_to_its_limits(archive):
    limits = "SELECT current_setting('memory_limit'), current_setting('threads')"
    ((memory, threads),) = archive.ask(limits, []).rows
    assert memory == "488.2 MiB"  # 512 MB
    assert threads == database.THREADS


def test_what_is_too_much_for_them_is_said_in_words(archive):
    with pytest.raises(Unreadable, match="Out of Memory"):
        archive.ask("SELECT list(a.range || b.range) FROM range(9999) a, range(9999) b", [])
