"""What only says that something went well does not stay in the way; the way back does."""


def test_a_plain_message_leaves_and_the_way_back_stays(juku, visit):
    visitor = visit()
    visitor.page.clock.install()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/lessons/{juku.lesson.pk}/")
    page.get_by_role("button", name="保存する").click()
    saved = page.locator("[data-toast]", has_text="保存しました")
    saved.wait_for()

    page.clock.run_for(5_000)
    assert saved.count() == 1
    page.clock.run_for(13_000)
    assert saved.count() == 0

    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    page.get_by_role("button", name="「まとめノート」を削除").click()
    way_back = page.locator("[data-toast]", has_text="元に戻す")
    way_back.wait_for()
    page.clock.run_for(60_000)
    assert way_back.count() == 1
