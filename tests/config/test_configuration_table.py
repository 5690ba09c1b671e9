"""docs/configuration.md lists exactly the variables that the code reads."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = re.compile(r"""\b(?:env\.)?(?:text|flag|number|names|choice)\(\s*["']([A-Z][A-Z0-9_]+)""")


def test_the_table_is_what_the_code_reads():
    read = set()
    for source in ("env", "settings", "storages", "capacity", "logs", "gunicorn"):
        read |= set(READERS.findall((ROOT / f"config/{source}.py").read_text()))
    assert len(read) > 15, "The pattern no longer finds how variables are read."
    page = (ROOT / "docs/configuration.md").read_text()
    listed = re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(read)


def test_nothing_else_reads_the_environment():
    """Other layers take settings, so that every variable is refused in one place."""
    found = [
        str(path.relative_to(ROOT))
        for layer in ("accounts", "courses", "elearning")
        for path in (ROOT / layer).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text())
    ]
    assert found == []
