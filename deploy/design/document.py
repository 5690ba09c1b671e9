"""The document's generated parts, put between their markers; all else is written by hand."""

import re
from collections.abc import Callable
from pathlib import Path

from deploy.design import (
    access,
    backups,
    compute,
    cost,
    database,
    edge,
    network,
    recovery,
    scaling,
    storage,
    watching,
)
from deploy.design.built import Design

HERE = Path(__file__).parent
DOCUMENT = HERE / "design-document.ja.md"
PICTURES = {
    "production": HERE / "architecture.svg",
    "production-minimal": HERE / "architecture-minimal.svg",
}
BLOCKS: dict[str, Callable[[Design], str]] = {
    **network.BLOCKS,
    **compute.BLOCKS,
    **scaling.BLOCKS,
    **database.BLOCKS,
    **storage.BLOCKS,
    **edge.BLOCKS,
    **recovery.BLOCKS,
    **backups.BLOCKS,
    **watching.BLOCKS,
    **access.BLOCKS,
    **cost.BLOCKS,
}
CONTENTS = "contents"
MARKED = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def names(text: str) -> list[str]:
    """The blocks that a document asks for."""
    return [found[2] for found in MARKED.finditer(text)]


def filled(text: str, design: Design) -> str:
    """The document with every block as the templates have it now.

    KeyError: it asks for a block that nobody makes.
    """

    def put(found: re.Match[str]) -> str:
        name = found[2]
        made = contents(text) if name == CONTENTS else BLOCKS[name](design)
        return f"{found[1]}{made}\n{found[3]}"

    return MARKED.sub(put, text)


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def contents(text: str) -> str:
    """The numbered headings, as links."""
    return "\n".join(
        f"- [{heading}](#{anchor(heading)})"
        for heading in re.findall(r"^## (\d+\. .+)$", text, re.MULTILINE)
    )
