"""Every page, as it stands in a real browser: accessible, within its width, without complaint."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.pages import PAGES, PUBLIC_PAGES, name_of, path_of


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("of", PAGES, ids=name_of)
def test_a_page_is_accessible_at_both_widths(of, juku, visit):
    visitor = visit()
    visitor.sign_in(of[0])

    page = visitor.go(path_of(of, juku))
    assert violations(page) == []
    assert overflow(page) <= 0

    page.set_viewport_size({"width": 1024, "height": 800})
    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_is_accessible(name, juku, visit):
    page = visit().go(reverse(name))

    assert violations(page) == []
    assert overflow(page) <= 0
