"""A student at a real browser: the bytes come from the store, and the store learns nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from courses.catalog.models import Activity
from tests.shelf import FILES, put

SECONDS = 60
NAME = "速さの問題 第1回.pdf"


@pytest.fixture(scope="module")
def long_film(tmp_path_factory) -> Path:
    """A minute of noise, about 45 MB: more than a browser fetches ahead."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg on this machine")
    path = tmp_path_factory.mktemp("films") / "noise.mp4"
    picture = f"testsrc2=size=640x360:rate=10:duration={SECONDS}"
    noise = ["-f", "lavfi", "-i", picture, "-vf", "noise=alls=60:allf=t"]
    rate = ["-preset", "ultrafast", "-b:v", "6M", "-minrate", "6M", "-g", "10"]
    kind = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    subprocess.run(["ffmpeg", "-v", "error", *noise, *kind, *rate, path], check=True)
    return path


class Listener:
    """What a visitor's browser asks the application's files and the store for."""

    def __init__(self, visitor, store: str) -> None:
        self.store = store
        self.requests = []
        visitor.context.on("request", lambda request: self.requests.append(request))

    def of_store(self):
        return [each for each in self.requests if each.url.startswith(self.store)]

    def of_files(self):
        return [each for each in self.requests if "/files/" in each.url]


@pytest.fixture
def haruna(juku, visit, gateway):
    """Her browser, signed in, and who listens to what it asks."""
    visitor = visit()
    visitor.sign_in("haruna")
    return visitor, Listener(visitor, gateway.url)


@pytest.fixture
def papers(juku) -> Activity:
    """A print on the course that Haruna takes."""
    upload = put(juku.document, FILES / "maths.pdf", juku.tanaka)
    upload.name = NAME
    upload.save(update_fields=["name"])
    return juku.document


def jump(page, second: int) -> None:
    """Seek, and wait for the picture."""
    page.evaluate(
        """(second) => new Promise((done) => {
             const film = document.querySelector('video');
             film.addEventListener('seeked', done, {once: true});
             film.currentTime = second;
           })""",
        second,
    )


def test_jumping_about_in_a_film_asks_the_application_nothing_more(juku, haruna, long_film):
    put(juku.video, long_film, juku.tanaka, duration_seconds=SECONDS)
    visitor, asked = haruna
    page = visitor.go(f"/activities/{juku.video.pk}/")
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    assert len(asked.of_files()) == 1

    before = len(asked.of_store())
    for second in (45, 5, 55):
        jump(page, second)
    assert len(asked.of_store()) > before, "all of the film was there already"
    assert len(asked.of_files()) == 1


@pytest.mark.parametrize("kind", ["film", "print", "print in a tab of its own"])
def test_the_store_is_told_neither_who_asks_nor_from_which_page(juku, haruna, papers, kind):
    activity = papers
    if kind == "film":
        activity = juku.video
        put(activity, FILES / "maths.mp4", juku.tanaka, duration_seconds=39.3)
    visitor, asked = haruna
    page = visitor.page
    with page.context.expect_event("request", lambda each: each.url.startswith(asked.store)):
        visitor.go(f"/activities/{activity.pk}/")
    if kind == "print in a tab of its own":
        asked.requests.clear()
        with page.context.expect_event("request", lambda each: each.url.startswith(asked.store)):
            page.get_by_role("link", name="PDF を開く").click()

    # The application itself is told: it is the leading on that withholds it.
    assert any("referer" in each.all_headers() for each in asked.of_files())
    for each in asked.of_store():
        assert "referer" not in each.all_headers()
        assert "cookie" not in each.all_headers()


def test_a_print_is_saved_under_its_name_without_leaving_the_page(haruna, papers):
    visitor, _ = haruna
    page = visitor.go(f"/activities/{papers.pk}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="ダウンロード").click()

    assert download.value.suggested_filename == NAME
    assert download.value.path().read_bytes() == (FILES / "maths.pdf").read_bytes()
    assert page.url.endswith(f"/activities/{papers.pk}/")


def test_no_page_shows_a_signed_address(haruna, papers):
    visitor, asked = haruna
    page = visitor.page
    with page.context.expect_event("request", lambda each: each.url.startswith(asked.store)):
        visitor.go(f"/activities/{papers.pk}/")

    assert all("X-Amz-Signature" in each.url for each in asked.of_store())
    assert "X-Amz-" not in page.content()
    assert "X-Amz-" not in page.url
