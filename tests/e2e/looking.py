"""What a machine can see wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 1024)


def faults(page: Page) -> list[str]:
    """What axe-core finds at both widths, and how far the page is wider than its window."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [
            f"{width}: {rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for rule in Axe().run(page).response["violations"]
            for node in rule["nodes"]
        ]
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if too_wide > 0:
            found.append(f"{width}: {too_wide} px too wide")
    return found
