"""The program that reads one PDF: `pdf_reader.py page|text SOURCE TARGET`.

It imports nothing of ours, and its exit status says how it went.
"""

import re
import resource
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

DAMAGED = 3
OUT_OF_MEMORY = 4

MEMORY = 2 * 1024**3
CPU_SECONDS = 90
LONGEST_SIDE = 1280.0
JAPANESE = "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
BREAK_IN_JAPANESE = re.compile(rf"(?<={JAPANESE})\s+(?={JAPANESE})")
MOST_CHARACTERS = 300_000
"""A textbook; what comes after is not found by its words."""


def main(what: str, source: Path, target: Path) -> int:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source)  # type: ignore[no-untyped-call]
        if what == "page":
            first_page(document, target)
        else:
            target.write_text(words(document), encoding="utf-8")
    except MemoryError:
        return OUT_OF_MEMORY
    except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
        sys.stderr.write(f"{error}\n")
        return DAMAGED
    return 0


def first_page(document: "PdfDocument", target: Path) -> None:
    """As a PNG whose longer side is 1280 pixels: a page may be as large as a room."""
    page = document[0]
    scale = LONGEST_SIDE / max(1.0, *page.get_size())
    page.render(scale=scale).to_pil().save(target, "PNG")


def words(document: "PdfDocument") -> str:
    """Of all pages, a blank line between two; no more than MOST_CHARACTERS."""
    pages: list[str] = []
    length = 0
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        pages.append(searchable(text_page.get_text_bounded()))
        text_page.close()
        page.close()
        length += len(pages[-1])
        if length > MOST_CHARACTERS:
            break
    return "\n\n".join(pages)[:MOST_CHARACTERS]


def searchable(text: str) -> str:
    """As people type it who look for it.

    In NFKC, so that ㈱ and ｶﾅ are found, and the radicals (⽔) that PDFs often hold where they
    mean characters (水). Japanese is without the breaks of lines and of justified type, where
    words would hide. No database takes the other characters that are left out.
    """
    text = unicodedata.normalize("NFKC", text)
    text = BREAK_IN_JAPANESE.sub("", text)
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable()).strip()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
