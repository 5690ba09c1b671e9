"""Make the demo's video, prints and pictures from `sources/`, into `files/`.

Run it only after changing a source; what it makes is kept in the repository, so that
nobody who only runs the site needs these tools: chromium, ffmpeg, espeak-ng and the Noto
CJK fonts.

    .venv/bin/python -m config.demo.make_files [name …]
"""

import html.parser
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
FILES = HERE / "files"
PICTURES = {"linear-graph": (900, 620), "circuit": (900, 560), "contour-map": (900, 600)}
SILENCE_SECONDS = 0.9
"""Between two slides, so that a listener can catch up."""


@dataclass
class Part:
    """One slide or page: its inner HTML, and what is said over it."""

    say: str
    body: str = ""


@dataclass
class Work:
    """One video or print."""

    name: str
    title: str
    parts: list[Part] = field(default_factory=list)


class Reader(html.parser.HTMLParser):
    """Splits a source file into works (`outer`) and their parts (`inner`), markup untouched."""

    def __init__(self, outer: str, inner: str, attribute: str) -> None:
        super().__init__(convert_charrefs=False)
        self.outer, self.inner, self.attribute = outer, inner, attribute
        self.works: list[Work] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == self.outer:
            self.works.append(Work(found[self.attribute], found["data-title"]))
        elif tag == self.inner:
            self.works[-1].parts.append(Part(found.get("data-say", "")))
            self.inside = True
        else:
            self.keep(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.keep(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inner:
            self.inside = False
        else:
            self.keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.keep(data)

    def keep(self, text: str) -> None:
        if self.inside:
            self.works[-1].parts[-1].body += text


def works_in(source: str, outer: str, inner: str, attribute: str) -> list[Work]:
    reader = Reader(outer, inner, attribute)
    reader.feed((SOURCES / source).read_text())
    return reader.works


def run(*command: str | Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")


def page(style: str, body: str, title: str = "") -> str:
    font = Path(str(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf")).as_uri()
    css = (SOURCES / style).read_text().replace("MATHS_FONT", font)
    return (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{css}</style><body>{body}</body></html>"
    )


def chromium(*options: str) -> None:
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *options)


def make_video(work: Work, folder: Path) -> None:
    """Slides as stills under a spoken voice; H.264 and AAC, its index in front."""
    clips = []
    for number, part in enumerate(work.parts, 1):
        source, still = folder / f"{number}.html", folder / f"{number}.png"
        voice, clip = folder / f"{number}.wav", folder / f"{number}.mp4"
        count = f"<p class='done'>青葉進学会　{number} / {len(work.parts)}</p>"
        source.write_text(page("slides.css", part.body + count))
        chromium("--window-size=960,540", f"--screenshot={still}", source.as_uri())
        run("espeak-ng", "-v", "ja", "-s", "155", "-p", "42", "-a", "120", "-w", voice, part.say)
        run(
            *("ffmpeg", "-y", "-loop", "1", "-framerate", "4", "-i", still, "-i", voice),
            *("-af", f"highpass=f=90,lowpass=f=5200,adelay=350,apad=pad_dur={SILENCE_SECONDS}"),
            *("-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage", "-crf", "34"),
            *("-pix_fmt", "yuv420p", "-g", "150", "-c:a", "aac", "-b:a", "20k", "-ac", "1"),
            *("-ar", "16000", "-shortest", "-fflags", "+shortest"),
            *("-max_interleave_delta", "100M", clip),
        )
        clips.append(f"file '{clip}'\n")
    listing = folder / "clips.txt"
    listing.write_text("".join(clips))
    run(
        *("ffmpeg", "-y", "-f", "concat", "-safe", "0", "-i", listing, "-c", "copy"),
        *("-metadata", f"title={work.title}", "-movflags", "+faststart"),
        FILES / f"{work.name}.mp4",
    )


def make_print(work: Work, folder: Path) -> None:
    source = folder / "print.html"
    body = "".join(f"<article>{part.body}</article>" for part in work.parts)
    source.write_text(page("print.css", body, work.title))
    target = FILES / f"{work.name}.pdf"
    chromium("--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri())


def make_picture(name: str, folder: Path) -> None:
    width, height = PICTURES[name]
    still = folder / "picture.png"
    source = (SOURCES / f"{name}.svg").as_uri()
    chromium(f"--window-size={width},{height}", f"--screenshot={still}", source)
    run("ffmpeg", "-y", "-i", still, "-c:v", "libwebp", "-quality", "82", FILES / f"{name}.webp")


def main(wanted: list[str]) -> None:
    """Make everything, or only the works and pictures of these names."""
    missing = [tool for tool in ("chromium", "ffmpeg", "espeak-ng") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"Install these first: {', '.join(missing)}.")
    FILES.mkdir(exist_ok=True)
    jobs: dict[str, Callable[[Path], None]] = {}
    for work in works_in("slides.html", "article", "section", "data-video"):
        jobs[f"{work.name}.mp4"] = partial(make_video, work)
    for work in works_in("prints.html", "main", "article", "data-print"):
        jobs[f"{work.name}.pdf"] = partial(make_print, work)
    for picture in PICTURES:
        jobs[f"{picture}.webp"] = partial(make_picture, picture)
    for name, make in jobs.items():
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder))
        sys.stdout.write(f"{name}  {(FILES / name).stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
