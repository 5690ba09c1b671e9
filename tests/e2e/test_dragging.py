"""With the mouse: lessons are dragged into order, files are dropped."""

import base64

from courses.catalog.models import Lesson
from courses.materials.models import Document
from tests.cast import lesson
from tests.shelf import FILES

DROP = """([name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const zone = document.querySelector("[data-upload-drop]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const how = { dataTransfer: carried, bubbles: true, cancelable: true };
    zone.dispatchEvent(new DragEvent(kind, how));
  }
}"""


def test_a_lesson_is_dragged_above_another(juku, visit):
    lesson(juku.maths, "一次関数のグラフ")
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    lessons = page.locator("[data-item=lesson]")

    with page.expect_response("**/order/") as answer:
        lessons.nth(1).locator("[data-grip]").first.drag_to(
            lessons.nth(0), target_position={"x": 200, "y": 4}
        )
    assert answer.value.ok
    assert list(Lesson.objects.order_by("order").values_list("title", flat=True)) == [
        "一次関数のグラフ",
        "連立方程式の利用",
    ]
    assert lessons.first.get_by_role("heading").inner_text().startswith("第1回")


def test_a_file_is_dropped_on_the_page(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    page.get_by_text("動画・プリントを追加").click()
    picture = base64.b64encode((FILES / "circuit.webp").read_bytes()).decode()

    page.evaluate(DROP, ["回路図.webp", "image/webp", picture])

    page.get_by_role("link", name="回路図", exact=True).wait_for(timeout=20_000)
    assert Document.objects.get(activity__title="回路図").upload is not None
