"""What got no answer is sent again: the same under the same key, anything else under another."""

import time

import pytest

from courses.enrolment.models import Progress, StudyDay
from elearning.db.idempotency.models import IdempotencyKey
from elearning.uploads.models import Upload
from tests.shelf import FILES


def key_of(request) -> str:
    return request.headers["idempotency-key"]


@pytest.fixture
def desk(juku, visit):
    """Haruna's browser at the note, its clock standing still; (key, body) of its heartbeats."""
    visitor = visit()
    visitor.sign_in("haruna")
    page = visitor.page
    page.clock.install()
    beats = []

    def note_down(request):
        if request.url.endswith("/beat/"):
            beats.append((key_of(request), request.post_data))

    page.on("request", note_down)
    visitor.go(f"/activities/{juku.note.pk}/")
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    return page, beats


def lose_the_answer(route):
    route.fetch()
    route.abort()


def study(page, seconds: int, *, ends: str) -> None:
    """Less than 20 s, so that this is one heartbeat; `ends`: the event that its request ends in."""
    page.mouse.move(200 + seconds, 200)
    page.clock.run_for(seconds * 1000)
    with page.expect_event(ends, lambda request: request.url.endswith("/beat/")):
        page.evaluate("document.dispatchEvent(new CustomEvent('study:flush'))")


def wait_until_all_is_sent(page) -> None:
    # The Content Security Policy forbids wait_for_function().
    for _ in range(100):
        kept = page.evaluate("Object.keys(sessionStorage)")
        if not any(name.startswith("study:") for name in kept):
            return
        page.wait_for_timeout(50)
    raise AssertionError(kept)


def test_a_heartbeat_without_an_answer_bears_the_same_key_after_a_reload(juku, desk):
    page, beats = desk
    page.route("**/beat/", lose_the_answer)
    study(page, 15, ends="requestfailed")
    page.unroute("**/beat/")
    assert len(beats) == 1

    with page.expect_response("**/beat/") as answered:
        page.reload()
    wait_until_all_is_sent(page)

    assert len(beats) >= 2
    assert set(beats) == {beats[0]}
    assert answered.value.headers["idempotency-replayed"] == "true"
    assert IdempotencyKey.objects.count() == 1
    assert Progress.objects.get(activity=juku.note).seconds == StudyDay.objects.get().seconds == 15


def test_no_two_heartbeats_share_a_key_and_no_heartbeat_has_two(juku, desk):
    page, beats = desk
    page.route("**/beat/", lose_the_answer)
    for seconds in (15, 15, 5):
        study(page, seconds, ends="requestfailed")
    page.unroute("**/beat/")
    page.reload()
    wait_until_all_is_sent(page)
    study(page, 15, ends="requestfinished")

    assert len(set(beats)) >= 4
    assert len({key for key, _ in beats}) == len({body for _, body in beats}) == len(set(beats))


def test_an_upload_is_completed_under_one_key_however_often_it_asks(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    page.get_by_text("動画・プリントを追加").click()
    keys, times = [], []

    def lose_two_answers(route):
        keys.append(key_of(route.request))
        times.append(time.monotonic())
        if len(keys) == 1:
            lose_the_answer(route)
        elif len(keys) == 2:
            # As while the first request is still being answered.
            route.fulfill(status=409, headers={"Retry-After": "1"}, json={"error": ""})
        else:
            route.continue_()

    page.route("**/uploads/*/complete/", lose_two_answers)
    with page.expect_response(
        lambda response: response.url.endswith("/complete/") and response.ok, timeout=20_000
    ) as answered:
        page.set_input_files("input[type=file]", FILES / "maths.pdf")
    page.get_by_text("確認が終わりました").first.wait_for(timeout=30_000)

    assert times[2] - times[1] >= 1
    assert keys == [f"complete-{Upload.objects.get().pk}"] * 3
    assert answered.value.headers["idempotency-replayed"] == "true"
