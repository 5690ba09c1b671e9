"""Study time is what was seen and worked on: not a hidden tab, not an empty chair."""

import pytest

from courses.enrolment.models import Progress, StudyDay

HIDE = """(state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


UNANSWERED = """() => Object.entries(sessionStorage)
    .filter(([place, entry]) => place.startsWith("study:") && JSON.parse(entry).sent)
    .length"""


def let_pass(page, seconds: int) -> None:
    """On the page's clock, in steps short enough for the server's answers to keep pace.

    At the end all heartbeats that were due are answered.
    """
    for step in range(0, seconds, 10):
        page.clock.run_for(1000 * min(10, seconds - step))
        for _ in range(100):
            if not page.evaluate(UNANSWERED):
                break
            page.wait_for_timeout(20)
        else:
            raise AssertionError("a heartbeat is not answered")


@pytest.fixture
def desk(juku, visit):
    """Haruna's browser at the note, its clock in our hands, and the seconds it has sent."""
    visitor = visit()
    visitor.sign_in("haruna")
    page = visitor.page
    page.clock.install()
    totals = []

    def note_down(request):
        if request.url.endswith("/beat/"):
            totals.append(request.post_data_json["total"])

    page.on("request", note_down)
    visitor.go(f"/activities/{juku.note.pk}/")
    page.mouse.move(200, 200)
    return page, totals


def test_an_empty_chair_counts_for_a_minute_at_most(desk):
    page, totals = desk
    page.mouse.move(220, 220)
    let_pass(page, 180)
    assert 58 <= max(totals) <= 62

    page.mouse.move(240, 240)
    let_pass(page, 20)
    assert 77 <= max(totals) <= 83


def test_a_hidden_tab_does_not_count(desk):
    page, totals = desk
    page.mouse.move(220, 220)
    let_pass(page, 20)
    seen = max(totals)
    assert 19 <= seen <= 21

    page.evaluate(HIDE, "hidden")
    page.mouse.move(240, 240)
    let_pass(page, 50)
    page.evaluate(HIDE, "visible")
    let_pass(page, 20)
    page.evaluate("document.dispatchEvent(new CustomEvent('study:flush'))")
    let_pass(page, 1)

    assert seen + 18 <= max(totals) <= seen + 22


def test_a_machine_that_slept_did_not_study(desk):
    page, totals = desk
    page.mouse.move(220, 220)
    let_pass(page, 20)
    seen = max(totals)

    # Shorter than a student may sit still: only the jump of the clock tells.
    page.clock.fast_forward(35_000)
    let_pass(page, 2)
    page.evaluate("document.dispatchEvent(new CustomEvent('study:flush'))")
    let_pass(page, 1)

    assert seen <= max(totals) <= seen + 4


def test_two_tabs_side_by_side_count_once(juku, desk):
    page, totals = desk
    other = page.context.new_page()
    other.clock.install()
    other.goto(page.url.replace(str(juku.note.pk), str(juku.document.pk)))
    for each in (page, other):
        each.mouse.move(220, 220)
        each.clock.run_for(21_000)
    page.wait_for_load_state("networkidle")
    other.wait_for_load_state("networkidle")

    # Hardly a second of real time has passed: the first beat of all may bring 25 seconds.
    assert max(totals) >= 19
    assert StudyDay.objects.get(student=juku.haruna).seconds <= 35
    assert sum(p.seconds for p in Progress.objects.filter(student=juku.haruna)) <= 35
