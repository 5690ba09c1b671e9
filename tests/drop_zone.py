"""What a teacher does where files are dropped on a lesson, and files to drop there."""

import random
from pathlib import Path

from tests.shelf import FILES

MIB = 1024 * 1024


def open_drop_zone(visitor, course_id: int):
    page = visitor.go(f"/teach/courses/{course_id}/")
    page.get_by_text("動画・プリントを追加").first.click()
    return page


def choose(page, *paths: Path) -> None:
    page.set_input_files("input[type=file]", paths)


def wait_for(page, words: str, **options) -> None:
    page.get_by_text(words).first.wait_for(**options)


def wait_for_verdicts(page, count: int, *, seconds: int = 30) -> None:
    """Until so many files were found to be good."""
    verdicts = page.locator("[data-upload-status]", has_text="確認が終わりました")
    verdicts.nth(count - 1).wait_for(timeout=seconds * 1000)


def wait_until(page, condition, *, seconds: int = 10) -> None:
    """Let the browser go on until `condition()` holds."""
    for _ in range(seconds * 40):
        if condition():
            return
        page.wait_for_timeout(25)
    raise AssertionError("It never came about.")


def film_like(path: Path, size: int, *, seed: int = 1) -> Path:
    """Write a playable film of exactly `size` bytes: the demo's, and a `free` box of noise."""
    film = (FILES / "english.mp4").read_bytes()
    box = size - len(film)
    # 1 as a box's length says that the real one follows, in 8 bytes.
    head = (1).to_bytes(4, "big") + b"free" + box.to_bytes(8, "big")
    noise = random.Random(seed)
    with path.open("wb") as file:
        file.write(film + head)
        left = box - len(head)
        while left:
            file.write(noise.randbytes(min(left, MIB)))
            left -= min(left, MIB)
    return path


def print_like(path: Path, number: int) -> Path:
    """Write a PDF that differs from others by its number."""
    path.write_bytes((FILES / "maths.pdf").read_bytes() + b"%% %d\n" % number)
    return path
