"""A PDF's first page as a picture, and its words: read by PDFium, in a process of its own.

PDFium is written in C++ and reads strangers' files: what crashes it, fills the memory or never
ends must not take the worker along.
"""

import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image

from courses.materials.processing.errors import CannotMake, Trouble
from courses.materials.processing.images import Measures, save_webp
from courses.materials.processing.pdf_reader import DAMAGED, MOST_CHARACTERS, OUT_OF_MEMORY

PAGE_WIDEST = 1280
SECONDS = 120.0
"""For one PDF; five hundred pages of text take about ten."""


def make_page(source: Path, target: Path, *, folder: Path) -> Measures:
    """The first page of `source` as WebP at most 1280 pixels wide; CannotMake if there is none.

    `folder` is for what lies about meanwhile.
    """
    png = folder / "page.png"
    _read("page", source, png)
    with Image.open(png, formats=["PNG"]) as page:
        return save_webp(page.convert("RGB"), target, widest=PAGE_WIDEST)


def read_text(source: Path, *, folder: Path) -> str:
    """The words of all pages, at most MOST_CHARACTERS; "" for a scan. CannotMake."""
    words = folder / "words.txt"
    _read("text", source, words)
    return words.read_text(encoding="utf-8")[:MOST_CHARACTERS]


def _read(what: str, source: Path, target: Path) -> None:
    reader = Path(__file__).with_name("pdf_reader.py")
    command = [sys.executable, "-I", str(reader), what, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            timeout=SECONDS,
            check=False,
            capture_output=True,
            # Nothing of ours is told to what may be taken over by a stranger's file.
            env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise CannotMake(Trouble.TOO_SLOW) from error
    match done.returncode:
        case 0:
            return
        case code if code in (DAMAGED, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS):
            raise CannotMake(Trouble.DAMAGED)
        case code if code == OUT_OF_MEMORY:
            raise CannotMake(Trouble.TOO_LARGE)
        case code if code == -signal.SIGXCPU:
            raise CannotMake(Trouble.TOO_SLOW)
        case code:
            tail = done.stderr[-500:].decode(errors="replace")
            raise RuntimeError(f"Reading a PDF ended with {code}: {tail}")
