"""A student comes back to the second where he stopped; only what he watched counts."""

import pytest

from courses.enrolment.models import Progress
from courses.materials.models import VideoView
from tests.shelf import FILES, put

SECONDS = 39.3


@pytest.fixture
def film(juku):
    put(juku.video, FILES / "english.mp4", juku.tanaka, duration_seconds=SECONDS)
    return f"/activities/{juku.video.pk}/"


def time_of(page) -> float:
    return page.evaluate("document.querySelector('video').currentTime")


def play_until(page, second: float) -> None:
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name="再生", exact=True).click()
    page.wait_for_function(f"() => document.querySelector('video')?.currentTime >= {second}")
    with page.expect_response(lambda answer: answer.url.endswith("/beat/")) as answer:
        page.get_by_role("button", name="一時停止").click()
    assert answer.value.status == 200


def test_a_video_resumes_at_its_second_after_signing_in_anew(juku, film, visit):
    first = visit()
    first.sign_in("haruna")
    page = first.go(film)
    play_until(page, 5)
    stopped_at = time_of(page)

    elsewhere = visit()
    elsewhere.sign_in("haruna")
    page = elsewhere.go(film)
    page.get_by_text("から再開しました").wait_for()

    assert time_of(page) == pytest.approx(stopped_at, abs=1)


def test_jumping_to_the_end_does_not_count_as_watching(juku, film, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    page = visitor.go(film)
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.evaluate(f"document.querySelector('video').currentTime = {SECONDS - 3}")
    play_until(page, SECONDS - 1)

    view = VideoView.objects.get(student=juku.haruna, video_id=juku.video.pk)
    assert 0 < view.watched_seconds < 5
    assert Progress.objects.get(student=juku.haruna, activity=juku.video).state == "started"


def test_the_player_obeys_the_keyboard(juku, film, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    page = visitor.go(film)
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name="再生", exact=True).focus()

    page.keyboard.press("l")
    assert time_of(page) == pytest.approx(10, abs=0.5)
    page.keyboard.press("ArrowLeft")
    assert time_of(page) == pytest.approx(5, abs=0.5)
    page.keyboard.press("k")
    page.wait_for_function("() => !document.querySelector('video')?.paused")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video')?.paused")
    page.keyboard.press("m")
    assert page.evaluate("document.querySelector('video').muted")


def test_a_teacher_opens_the_film_itself_in_a_tab_of_its_own(juku, film, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/activities/{juku.video.pk}/")

    with page.expect_popup() as popup:
        page.get_by_role("link", name="ファイルを開く").click()

    popup.value.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
