"""python -m deploy.design        writes the tables, the pictures, and var/design/…html"""

import sys
from pathlib import Path

from deploy.design.built import design
from deploy.design.document import DOCUMENT, PICTURES, filled
from deploy.design.page import page, pictures
from deploy.design.picture import picture

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "var" / "design" / "design-document.html"


def main() -> None:
    made = design()
    for environment, path in PICTURES.items():
        path.write_text(picture(made.environments[environment]).svg())
    DOCUMENT.write_text(filled(DOCUMENT.read_text(), made))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(DOCUMENT.read_text(), pictures()))
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
