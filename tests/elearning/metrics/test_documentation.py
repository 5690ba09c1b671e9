"""docs/metrics.md lists exactly the metrics that there are, and what they cost."""

import re
from pathlib import Path

from elearning.metrics.routes import MOST
from elearning.metrics.web import UNITS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/metrics.md").read_text()


def test_every_metric_is_listed_with_its_unit():
    sources = "".join(path.read_text() for path in (ROOT / "elearning/metrics").glob("*.py"))
    told = set(re.findall(r'Metric\("(\w+)", "(\w+)"', sources)) | set(UNITS.items())
    listed = re.findall(r"^\| `(\w+)` \| (\w+)", PAGE, flags=re.MULTILINE)

    assert len(told) > 10, "The pattern no longer finds how metrics are made."
    assert sorted(listed) == sorted(told)


def test_the_most_routes_that_are_paid_for_are_listed():
    """Beside the named ones there are what has no metric of its own, and what matches nothing."""
    assert f"about 75, {MOST + 2} at most |" in PAGE
