"""The rolling drill, shortened; `make drill-roll` runs it in full."""

import subprocess
import sys

import pytest

from tests.drills.site import ROOT
from tests.servers import haproxy, mariadb

MISSING = mariadb.missing() or haproxy.missing()

pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"the drill cannot run: {MISSING}")


def test_three_sites_renewed_under_load_lose_no_request():
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.rolling", "--seconds", "25"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    lines = done.stdout.splitlines()
    assert lines[-1:] == ["PASSED: all 8 promises held"], f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0
    asked = next(line for line in lines if line.startswith("requests not answered"))
    assert int(asked.split(" of ")[1].split()[0]) > 500
