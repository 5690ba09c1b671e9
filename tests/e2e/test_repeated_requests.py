"""What got no answer is sent again: the same under the same key, anything else under another."""

import json
import time
from itertools import pairwise

import pytest

from courses.enrolment.models import Progress, StudyDay
from elearning.db.idempotency.models import IdempotencyKey
from elearning.uploads.models import Upload
from tests.shelf import FILES

HIDE = """() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


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


def wait_for(page, true, *, run: int) -> None:
    """Until it is `true`; each look lets `run` ms pass on the page's clock."""
    for _ in range(100):
        if true():
            return
        if run:
            page.clock.run_for(run)
        page.wait_for_timeout(50)
    raise AssertionError("it never happened")


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


def test_a_refused_heartbeat_is_repeated_as_it_was_before_a_newer_one_is_sent(juku, desk):
    page, beats = desk
    times = []

    def refuse_two(route):
        times.append(page.evaluate("performance.now()"))
        if len(times) <= 2:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"error": ""})
        else:
            route.continue_()

    page.route("**/beat/", refuse_two)
    study(page, 10, ends="requestfinished")
    # Wanted meanwhile: it has to wait its turn.
    page.evaluate("document.dispatchEvent(new CustomEvent('study:flush'))")
    for tries in (2, 3):
        wait_for(page, lambda: len(beats) >= tries, run=100)  # noqa: B023 - called at once
    wait_for(page, lambda: len(beats) >= 4, run=0)
    wait_until_all_is_sent(page)

    assert beats[0] == beats[1] == beats[2]
    assert json.loads(beats[0][1])["seconds"] == 10
    assert all(after - before >= 1000 for before, after in pairwise(times[:3]))
    newer = json.loads(beats[3][1])
    assert beats[3][0] != beats[0][0]
    assert newer["seconds"] == newer["total"] - 10
    assert IdempotencyKey.objects.count() == 2
    seconds = Progress.objects.get(activity=juku.note).seconds
    assert seconds == StudyDay.objects.get().seconds
    # Less than claimed: on the server's clock hardly any time has passed since the first.
    assert 10 <= seconds <= newer["total"]


def test_what_is_sent_in_parting_outlives_the_heartbeat_without_an_answer(juku, desk):
    page, beats = desk
    page.route("**/beat/", lambda route: route.abort())
    study(page, 10, ends="requestfailed")
    page.mouse.move(300, 300)
    page.clock.run_for(3000)
    page.unroute("**/beat/")
    page.route("**/beat/", lose_the_answer)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/beat/")):
        page.evaluate(HIDE)
    page.unroute("**/beat/")
    page.reload()
    wait_until_all_is_sent(page)

    (first_key, first), (key, parting) = beats[:2]
    assert (json.loads(first)["total"], json.loads(parting)["total"]) == (10, 13)
    assert key != first_key
    assert set(beats[2:]) == {(key, parting)}
    assert Progress.objects.get(activity=juku.note).seconds == StudyDay.objects.get().seconds == 13


def test_what_a_crashed_tab_left_is_sent_as_it_was_and_then_the_rest(juku, desk):
    page, beats = desk
    heartbeat = {"seconds": 7, "position": None, "sitting": "crashed-1", "total": 7}
    left = {
        "id": "crashed-1",
        "url": f"/activities/{juku.note.pk}/beat/",
        "user": page.evaluate("document.body.dataset.user"),
        "active": 12.4,
        "acknowledged": 0,
        "sent": {"text": json.dumps(heartbeat), "key": "of-the-crashed-tab"},
    }
    page.evaluate("left => sessionStorage.setItem('study:crashed-1', JSON.stringify(left))", left)
    page.reload()
    wait_for(page, lambda: len(beats) >= 2, run=0)
    wait_until_all_is_sent(page)

    (key, first), (rest_key, rest) = beats
    assert (key, first) == ("of-the-crashed-tab", json.dumps(heartbeat))
    assert json.loads(rest) == {**heartbeat, "seconds": 5, "total": 12}
    assert rest_key != key
    assert Progress.objects.get(activity=juku.note).sitting_seconds == 12


def test_no_two_heartbeats_share_a_key_and_no_heartbeat_has_two(juku, desk):
    page, beats = desk
    failed = []
    page.on("requestfailed", lambda request: failed.append(request))
    page.route("**/beat/", lose_the_answer)
    study(page, 15, ends="requestfailed")
    wait_for(page, lambda: len(failed) >= 3, run=500)
    page.unroute("**/beat/")
    page.reload()
    wait_until_all_is_sent(page)
    study(page, 15, ends="requestfinished")

    assert len(set(beats)) >= 3
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
