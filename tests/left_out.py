"""Tests that cannot run here are reported as skipped, and not even imported."""

from pathlib import Path

import pytest


class _LeftOut(pytest.Module):
    reason = ""

    def collect(self):
        pytest.skip(self.reason, allow_module_level=True)


def left_out(parent: pytest.Collector, path: Path, reason: str) -> pytest.Module:
    """In a module's place, from pytest_pycollect_makemodule; the summary gives the reason."""
    module = _LeftOut.from_parent(parent, path=path)
    module.reason = reason
    return module
