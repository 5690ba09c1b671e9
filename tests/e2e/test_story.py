"""One evening of the juku, whole: a teacher builds, students learn, everybody sees it."""

import pytest

from courses.catalog.models import Course
from tests.shelf import FILES

NOTE = """## 単位をそろえる

道のり・速さ・時間の｜関係《かんけい》から式を立てます。

$$
\\begin{cases} x + y = 12 \\\\ 40x + 60y = 600 \\end{cases}
$$
"""


def build_a_course(teacher) -> Course:
    page = teacher.page
    page.get_by_role("link", name="講座", exact=True).click()
    page.get_by_role("link", name="新しい講座").first.click()
    page.get_by_label("講座名").fill("数学・中2応用")
    page.get_by_label("教科").select_option(label="数学")
    page.get_by_label("学年").select_option(label="中2")
    page.get_by_role("button", name="講座を作る").click()
    page.get_by_role("heading", name="数学・中2応用").wait_for()

    page.get_by_label("新しい回を追加").fill("速さの文章題")
    page.get_by_label("新しい回を追加").press("Enter")
    page.get_by_text("動画・プリントを追加").click()
    page.set_input_files(
        "input[type=file]",
        [FILES / "english.mp4", FILES / "maths.pdf", FILES / "linear-graph.webp"],
    )
    page.locator("[data-upload-status]", has_text="確認が終わりました").nth(2).wait_for(
        timeout=30_000
    )

    page.get_by_placeholder("学習項目の題名").fill("まとめノート（速さ）")
    page.get_by_placeholder("学習項目の題名").press("Enter")
    page.get_by_role("link", name="まとめノート（速さ）", exact=True).click()
    page.get_by_label("本文", exact=True).fill(NOTE)
    page.locator("#note-preview math").wait_for()
    assert page.locator("#note-preview ruby").count() == 1
    page.get_by_role("button", name="保存する").click()
    page.wait_for_load_state()
    return Course.objects.get(title="数学・中2応用")


def publish_for_the_class(teacher, course: Course) -> None:
    page = teacher.go(f"/teach/courses/{course.pk}/")
    page.get_by_role("button", name="回ごと公開").click()
    page.get_by_role("button", name="回ごと公開").wait_for(state="detached")
    page.get_by_role("button", name="講座を公開する").click()
    page.get_by_text("公開中").first.wait_for()
    page.get_by_role("link", name="クラス", exact=True).last.click()
    page.get_by_role("button", name="中2標準 数学 Aクラスを追加する").click()
    page.get_by_role("button", name="中2標準 数学 Aクラスの受講を終了する").wait_for()


@pytest.fixture
def evening(juku, visit):
    teacher = visit()
    teacher.sign_in("tanaka")
    course = build_a_course(teacher)
    publish_for_the_class(teacher, course)
    return teacher, course


def test_a_teacher_uploads_a_student_learns_the_teacher_and_the_guardian_see_it(
    juku, visit, evening
):
    teacher, course = evening

    student = visit()
    page = student.sign_in("haruna")
    page.get_by_role("heading", name="続きから").wait_for()
    page.get_by_role("link", name="数学・中2応用").first.click()
    page.get_by_role("link", name="english").first.click()
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.get_by_label("再生速度").select_option("2")
    page.get_by_role("button", name="再生", exact=True).click()
    page.locator("[data-watched-done]").wait_for(state="visible", timeout=60_000)

    page.get_by_role("link", name="maths").first.click()
    page.get_by_role("button", name="完了にする").click()
    page.locator("[data-when-done]").first.wait_for(state="visible")
    page = student.go(f"/courses/{course.pk}/")
    page.get_by_text("50%").first.wait_for()

    page = teacher.go(f"/teach/classes/{juku.class_a.pk}/?course={course.pk}")
    row = page.get_by_role("row").filter(has_text="佐藤 陽菜")
    assert "50" in row.inner_text()
    row = page.get_by_role("row").filter(has_text="石川 蓮")
    assert "50" not in row.inner_text()

    guardian = visit()
    page = guardian.sign_in("yoko")
    page.get_by_role("link", name="佐藤 陽菜").first.click()
    page.get_by_text("数学・中2応用").first.wait_for()
    assert page.get_by_text("50%").first.is_visible()
