"""A line of source as everybody names it, wherever it is installed."""

import re
from functools import lru_cache
from pathlib import Path

_ROOT = f"{Path(__file__).resolve().parents[2]}/"
_INSTALLED = re.compile(r".*/(?:site-packages|dist-packages|lib(?:64)?/python3\.\d+)/")


def place(path: str, line: int) -> str:
    """`"elearning/db/monitor.py:51"`, `"django/core/handlers/base.py:197"`."""
    return f"{_short(path)}:{line}"


@lru_cache(maxsize=4096)
def _short(path: str) -> str:
    installed = _INSTALLED.sub("", path)
    return installed if installed != path else path.removeprefix(_ROOT)
