"""A film from the teacher's disk to the student's screen, on the real thing.

Browser, application, worker, bucket and ffmpeg are what they are in production; the bucket is
another make.
"""

import json
import subprocess

import pytest

from tests.drop_zone import open_drop_zone, wait_for, wait_for_verdicts, wait_until
from tests.films import Player


@pytest.fixture(scope="session")
def lesson_film(tmp_path_factory):
    """Forty seconds of 1080 lines with sound: a moving picture that takes a while to convert."""
    path = tmp_path_factory.mktemp("films") / "授業の録画.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-nostdin", "-loglevel", "error", "-y"),
            *("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25:duration=40"),
            *("-f", "lavfi", "-i", "sine=frequency=440:duration=40"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"),
            *("-c:a", "aac", "-shortest", "-movflags", "+faststart", str(path)),
        ],
        check=True,
        timeout=300,
    )
    return path


def activity_of(place, name: str) -> int:
    query = """
        select video.activity_id from materials_video video
        join uploads_upload upload on upload.id = video.upload_id where upload.name = ?
    """
    ((activity,),) = place.site.rows(query, name)
    return activity


def renditions(place) -> dict[str, str]:
    query = "select kind, state from materials_derivative where kind like 'video-%'"
    return dict(place.site.rows(query))


def test_a_film_is_uploaded_converted_watched_left_and_resumed(place, visit, lesson_film):
    teacher = visit("tanaka")
    ((course,),) = place.site.rows("select id from catalog_course where title like '数学%'")
    page = open_drop_zone(teacher, course)
    page.set_input_files("input[type=file]", lesson_film)
    wait_for_verdicts(page, 1, seconds=60)

    # The teacher sees the renditions come, while the original may be watched already.
    activity = activity_of(place, lesson_film.name)
    page = teacher.go(f"/teach/activities/{activity}/")
    wait_for(page, "利用できます")
    page.locator(".processing progress").first.wait_for(timeout=60_000)
    wait_for(page, "生徒はいまの画質で見始められます")
    wait_until(page, lambda: set(renditions(place).values()) == {"ready"}, seconds=120)
    done = page.locator(".processing-done", has_text="720p")
    done.wait_for()
    assert "480p" in done.inner_text()
    page = teacher.go(f"/teach/courses/{course}/")
    publish = page.get_by_role("button", name=f"「{lesson_film.stem}」を公開する")
    publish.click()
    publish.wait_for(state="detached")

    # A student watches at one and a half times the speed, and changes quality in the middle.
    student = visit("haruna")
    address = f"/activities/{activity}/"
    fetched: list[str] = []
    student.page.on("request", lambda request: fetched.append(request.url))
    player = Player(student.go(address))
    player.set_speed("1.5")
    player.play()
    player.play_until(6)
    before = player.second
    player.choose_quality("480p")
    assert player.plays == "video-480"
    assert before <= player.second < before + 4
    player.wait("!video.paused && video.playbackRate === 1.5")
    player.play_until(12)
    answer = player.pause()
    assert answer.ok
    left_at = player.second
    assert any(place.gateway.url in url and "derived" in url for url in fetched)
    assert "X-Amz-Signature" not in student.page.content()

    # He leaves, comes back, and goes on where he was; what he saw is one piece.
    student.go("/")
    player = Player(student.go(address))
    player.ready()
    wait_for(player.page, "から再開しました")
    assert abs(player.second - left_at) < 3
    assert player.plays == "video-480"
    ((ranges,),) = place.site.rows("select ranges from materials_videoview")
    assert len(json.loads(ranges)) == 1
