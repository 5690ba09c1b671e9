"""What was typed survives the end of a session and a colleague's save."""

from django.contrib.sessions.models import Session

TEXT = "## まとめ\n\n速さの問題では、**単位をそろえる**ことがポイントです。"


def test_a_session_that_ended_while_typing_a_note_loses_nothing(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/activities/{juku.note.pk}/")
    page.get_by_label("本文", exact=True).fill(TEXT)
    Session.objects.all().delete()

    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/login/**")
    page.fill("input[name=login]", "tanaka")
    page.fill("input[name=password]", "tests-only-1")
    page.press("input[name=password]", "Enter")

    page.get_by_role("button", name="復元").click()
    assert page.get_by_label("本文", exact=True).input_value() == TEXT
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.wait_for_load_state()
    juku.note.note.refresh_from_db()
    assert juku.note.note.body == TEXT


def test_the_second_of_two_teachers_is_told_and_keeps_his_text(juku, visit):
    juku.maths.teachers.add(juku.suzuki)
    first, second = visit(), visit()
    for visitor, name in ((first, "tanaka"), (second, "suzuki")):
        visitor.sign_in(name)
        visitor.go(f"/teach/lessons/{juku.lesson.pk}/")

    first.page.get_by_label("回の題名").fill("連立方程式の利用（速さ）")
    first.page.get_by_role("button", name="保存する").click()
    first.page.wait_for_load_state()
    second.page.get_by_label("回の題名").fill("連立方程式の利用（割合）")
    second.page.get_by_role("button", name="保存する").click()

    second.page.get_by_text("他の講師が先に保存しました").wait_for()
    assert second.page.get_by_label("回の題名").input_value() == "連立方程式の利用（割合）"
    assert second.page.get_by_role("definition").filter(has_text="速さ").is_visible()
    second.page.get_by_role("button", name="保存する").click()
    second.page.wait_for_load_state()
    juku.lesson.refresh_from_db()
    assert juku.lesson.title == "連立方程式の利用（割合）"
