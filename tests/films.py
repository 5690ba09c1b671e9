"""Films of several qualities, and a student at the player: for tests in a browser."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page, Response

from courses.catalog.models import Activity
from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from elearning.storage.current import material_storage
from elearning.uploads.models import Upload, UploadState

MP4 = "video/mp4"
NETWORK = 2
"""MediaError.MEDIA_ERR_NETWORK."""


def publish(activity: Activity, path: Path, *, seconds: float, **facts: object) -> Upload:
    """Put the film at `path` on `activity`, as one that was uploaded and checked.

    It is not read into memory, whatever its size.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    upload = Upload.objects.create(
        owner=activity.lesson.course.teachers.get(),
        category="video",
        name=path.name,
        size=path.stat().st_size,
        part_size=path.stat().st_size,
        state=UploadState.PUBLISHED,
        content_type=MP4,
        sha256=sha256,
        key=f"verified/{path.name}",
        duration_seconds=seconds,
        **facts,
    )
    material_storage().put(path, upload.key, content_type=MP4)
    activity.video.upload = upload
    activity.video.save(update_fields=["upload"])
    return upload


def add_rendition(
    upload: Upload, kind: DerivativeKind, path: Path, *, height: int, bit_rate: int
) -> Derivative:
    """A lighter copy of `upload`, as the worker would have made it."""
    key = f"derived/{upload.pk}/{kind}.mp4"
    material_storage().put(path, key, content_type=MP4)
    return Derivative.objects.create(
        upload=upload,
        kind=kind,
        state=DerivativeState.READY,
        progress=100,
        key=key,
        content_type=MP4,
        size=path.stat().st_size,
        height=height,
        width=height * 16 // 9,
        bit_rate=bit_rate,
    )


def make_film(path: Path, *, seconds: int, bit_rate: int) -> Path:
    """A film of a constant bit rate (bits a second), its index at the front.

    A minute is drawn and repeated; filler makes it as heavy as it is to be. Skips the test,
    loudly, without ffmpeg.
    """
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg on this machine")
    minute = path.with_name(f"{path.stem}-minute.mp4")
    rate = str(bit_rate)
    _ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5", "-t", str(min(seconds, 60))),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"),
        *("-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate),
        *("-x264-params", "nal-hrd=cbr:filler=1", str(minute)),
    )
    _ffmpeg(
        *("-stream_loop", "-1", "-i", str(minute), "-t", str(seconds)),
        *("-c", "copy", "-movflags", "+faststart", str(path)),
    )
    minute.unlink()
    return path


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *arguments],
        check=True,
        capture_output=True,
        timeout=300,
    )


@contextmanager
def asked_for_files() -> Iterator[list[str]]:
    """The Range of each request for a file that reaches the application, as they come."""
    ranges: list[str] = []

    def note(environ, **_):
        if environ["PATH_INFO"].startswith("/files/"):
            ranges.append(environ.get("HTTP_RANGE", ""))

    request_started.connect(note)
    yield ranges
    request_started.disconnect(note)


class Player:
    """The video player of the page that a student has open."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def wait(self, condition: str, timeout: float | None = None) -> None:
        """Until `condition`, JavaScript about `video`, holds."""
        script = f"() => {{ const video = document.querySelector('video'); return {condition}; }}"
        self.page.wait_for_function(script, timeout=timeout)

    def ask(self, expression: str):
        """The value of `expression`, JavaScript about `video`."""
        script = f"() => {{ const video = document.querySelector('video'); return {expression}; }}"
        return self.page.evaluate(script)

    @property
    def second(self) -> float:
        return self.ask("video.currentTime")

    @property
    def shown(self) -> str:
        """What the quality's select says."""
        return self.ask("document.querySelector('[data-quality]').selectedOptions[0].text")

    @property
    def plays(self) -> str:
        """ "video-480", "video-720" or "original"."""
        parts = self.ask("video.currentSrc").split("/files/")[1].split("/")
        return parts[1] if len(parts) == 3 else "original"

    def remember(self, key: str, value: object) -> None:
        """As the player would have: "throughput" (bits a second), "quality", "speed"."""
        self.page.evaluate(
            "([key, value]) => localStorage.setItem(`player:${key}`, JSON.stringify(value))",
            [key, value],
        )

    def ready(self) -> None:
        """Until a picture is there, and whatever is sought was found."""
        self.wait("video?.readyState >= 2 && !video.seeking")

    def play(self) -> None:
        self.ready()
        self.page.get_by_role("button", name="再生", exact=True).click()
        self.wait("!video.paused && video.readyState >= 3")

    def play_until(self, second: float) -> None:
        self.wait(f"video.currentTime >= {second}", timeout=30_000)

    def fail(self, code: int) -> None:
        """Have the browser say that the film broke, as it does with this MediaError."""
        self.page.evaluate(
            """code => {
                const video = document.querySelector('video');
                Object.defineProperty(video, 'error', {value: {code}, configurable: true});
                video.addEventListener('error', () => delete video.error, {once: true});
                video.dispatchEvent(new Event('error'));
            }""",
            code,
        )

    def pause(self) -> Response:
        """The answer to the heartbeat that goes with it."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/beat/")) as answer:
            self.page.get_by_role("button", name="一時停止").click()
        return answer.value

    def seek(self, second: float) -> None:
        self.ask(f"(video.currentTime = {second})")
        self.ready()

    def set_speed(self, speed: str) -> None:
        self.page.get_by_label("再生速度").select_option(speed)

    def choose_quality(self, name: str) -> None:
        """ "auto", "480p", "720p" or "original"; it has come when this returns."""
        self.page.get_by_label("画質").select_option(name)
        self.ready()
