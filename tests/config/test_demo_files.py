"""The demo's own files: small, whole, and what their names say."""

import re
import unicodedata

import pytest
from pymediainfo import MediaInfo
from pypdf import PdfReader

from config.demo import courses
from config.demo.files import FOLDER, NAMES
from config.demo.make_files import works_in
from courses.materials.rendering import render_note
from elearning.uploads.content import look_into


def test_all_of_them_are_below_2_mb():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000


def test_every_file_is_used_and_every_used_file_is_there():
    assert {path.name for path in FOLDER.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_file_is_what_it_says(name):
    with (FOLDER / name).open("rb") as file:
        findings = look_into(file, NAMES[name])
    if name.endswith(".mp4"):
        assert findings.content_type == "video/mp4"
        assert findings.duration_seconds >= 20
        assert (findings.width, findings.height) == (960, 540)
    elif name.endswith(".pdf"):
        assert findings.content_type == "application/pdf"
        assert findings.page_count == (2 if name == "maths.pdf" else 1)
    else:
        assert findings.content_type == "image/webp"
        assert findings.width == 900


def test_every_video_is_spoken_almost_to_its_end():
    for path in FOLDER.glob("*.mp4"):
        tracks = MediaInfo.parse(path)
        (sound,) = tracks.audio_tracks
        assert sound.duration >= 0.9 * tracks.general_tracks[0].duration, path.name
        # Silence takes next to nothing.
        assert sound.bit_rate > 10_000, path.name


def test_the_print_of_maths_has_text_and_maths_on_both_pages():
    with (FOLDER / "maths.pdf").open("rb") as file:
        first, second = (page.extract_text() for page in PdfReader(file).pages)
    for text in (first, second):
        # Chromium writes some characters as their radicals: ⽅程式 for 方程式.
        text = unicodedata.normalize("NFKC", text)
        assert "方程式" in text
        assert re.search(r"[xy𝑥𝑦]", text)
        assert "=" in text


def test_videos_can_start_before_they_are_loaded():
    """The index (moov) comes before the data (mdat)."""
    for path in FOLDER.glob("*.mp4"):
        data = path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat"), path.name


def test_every_video_and_print_has_its_source():
    videos = works_in("slides.html", "article", "section", "data-video")
    prints = works_in("prints.html", "main", "article", "data-print")
    assert {f"{work.name}.mp4" for work in videos} | {f"{work.name}.pdf" for work in prints} == {
        name for name in NAMES if not name.endswith(".webp")
    }
    assert all(part.say and part.body for work in videos for part in work.parts)


@pytest.mark.parametrize("path", sorted(courses.NOTES.glob("*.md")), ids=lambda path: path.stem)
def test_a_note_has_furigana_and_no_maths_that_fails(path):
    html = render_note(path.read_text())
    assert "<ruby>" in html
    assert "maths-error" not in html
    assert not re.search(r"《|》|\$", html)


def test_notes_of_maths_and_science_have_formulas():
    for name in ("maths", "maths-simultaneous", "maths-linear", "science", "science-current"):
        assert "<math" in render_note((courses.NOTES / f"{name}.md").read_text()), name
