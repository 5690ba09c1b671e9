"""Without a mouse: a student learns, a teacher builds; the focus can always be seen."""

import pytest

from courses.catalog.models import Activity, Lesson
from courses.enrolment.models import Progress
from tests.cast import PASSWORD, lesson
from tests.shelf import FILES

FOCUSED = """() => {
  const at = document.activeElement;
  const words = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
  const drawn = getComputedStyle(at).outlineStyle !== "none"
    || getComputedStyle(at.closest("label") ?? at).outlineStyle !== "none";
  return [words.trim(), drawn];
}"""


def tab_to(page, words: str, most: int = 80) -> None:
    """Press Tab until what has the focus says `words`; every stop on the way must be visible."""
    passed = []
    # While the page is still arriving, Tab may find nothing to stop at yet.
    page.wait_for_load_state()
    for _ in range(most):
        page.keyboard.press("Tab")
        text, drawn = page.evaluate(FOCUSED)
        assert drawn, f"no visible focus on {text!r}"
        if words in text:
            return
        passed.append(text)
    pytest.fail(f"Tab never reached {words!r}; it passed {passed}")


def type_to_sign_in(visitor, username: str):
    page = visitor.go("/login/")
    assert page.evaluate("() => document.activeElement.name") == "login"
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_a_student_learns_without_a_mouse(juku, visit):
    page = type_to_sign_in(visit(), "haruna")

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[0] == "本文へ"
    page.keyboard.press("Enter")
    tab_to(page, "はじめる")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="まとめノート").wait_for()
    tab_to(page, "完了にする")
    page.keyboard.press("Enter")
    page.locator("[data-when-done]").first.wait_for(state="visible")

    assert Progress.objects.get(student=juku.haruna, activity=juku.note).state == "completed"


def test_a_teacher_builds_and_reorders_without_a_mouse(juku, visit):
    lesson(juku.maths, "一次関数のグラフ")
    visitor = visit()
    type_to_sign_in(visitor, "tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")

    tab_to(page, "「一次関数のグラフ」を上へ")
    with page.expect_response("**/order/"):
        page.keyboard.press("Enter")
    assert "「一次関数のグラフ」を上へ" in page.evaluate(FOCUSED)[0], "the focus stays with it"
    assert list(Lesson.objects.order_by("order").values_list("title", flat=True)) == [
        "一次関数のグラフ",
        "連立方程式の利用",
    ]

    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    tab_to(page, "動画・プリントを追加")
    page.keyboard.press("Enter")
    # Chromium is told to expect one without being waited for: in good time, then.
    with page.expect_file_chooser() as chooser:
        tab_to(page, "ファイルを選ぶ")
        page.keyboard.press("Space")
    chooser.value.set_files(FILES / "circuit.webp")
    page.get_by_role("link", name="circuit", exact=True).wait_for(timeout=20_000)

    assert Activity.objects.filter(title="circuit").exists()
