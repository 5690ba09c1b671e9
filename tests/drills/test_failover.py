"""The failover drill, shortened; `make drill` runs it in full.

It has servers of its own, so it is not among the tests of tests/pair.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.drills.site import ROOT
from tests.servers import mariadb

CLIENTS, PROCESSES, THREADS = 20, 2, 4

pytestmark = pytest.mark.skipif(
    mariadb.missing() is not None, reason=f"the drill wants MariaDB: {mariadb.missing()}"
)


@dataclass(frozen=True)
class Drill:
    status: int
    lines: list[str]
    errors: str

    def measured(self, what: str) -> int:
        """The first number in the row `what`."""
        return int(self._cells(what)[1].split()[0])

    def promised(self, what: str) -> int:
        return int(self._cells(what)[2].removeprefix("≤ "))

    def _cells(self, what: str) -> list[str]:
        rows = [re.split(r"\s{2,}", line.strip()) for line in self.lines]
        return next(row for row in rows if row[0] == what)


@pytest.fixture(scope="module")
def drill() -> Drill:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.drills.failover", "--seconds", "9", "--away", "2"),
            *("--clients", str(CLIENTS), "--threads", str(THREADS)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
    )
    return Drill(done.returncode, done.stdout.splitlines(), done.stderr)


def test_21_a_promotion_under_load_loses_nothing_and_doubles_nothing(drill):
    assert drill.lines[-1:] == ["PASSED: all 13 promises held"], drill.errors
    assert drill.status == 0
    assert drill.measured("acknowledged writes lost") == 0
    assert drill.measured("writes duplicated") == 0
    assert drill.measured("failed reads") == 0
    # It was no walk-over: all wrote before and after, and were refused and read on between.
    for what in (
        "writes acknowledged before",
        "writes acknowledged after",
        "writes refused, and sent again",
        "reads with the notice",
    ):
        assert drill.measured(what) >= CLIENTS, what


def test_22_the_connection_ceiling(drill):
    computed = subprocess.run(
        [
            *(sys.executable, "manage.py", "connections", "--max-connections", "300"),
            *("--processes", str(PROCESSES), "--threads", str(THREADS)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            # Nobody asks them; that there is a reader is what counts.
            "DATABASE_URL": "mysql://nobody@127.0.0.1:1/none",
            "DATABASE_READER_URL": "mysql://nobody@127.0.0.1:1/none",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    web = re.search(r"^web: .*?(\d+) +(\d+)$", computed.stdout, re.MULTILINE)
    assert web, computed.stdout
    ceilings = {
        "connections to the writer": int(web[1]),
        "connections to the reader": int(web[2]),
        "connections to both, promoted": int(web[1]) + int(web[2]),
    }
    for what, ceiling in ceilings.items():
        assert drill.promised(what) == ceiling
        # Far below it the count would prove nothing.
        assert ceiling * 0.7 <= drill.measured(what) <= ceiling, drill.lines
