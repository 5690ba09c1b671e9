"""A real Chromium against the real site; see tests/browser.py."""

import pytest

from tests.browser import chromium, juku, visit  # noqa: F401 - fixtures


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
