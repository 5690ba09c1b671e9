"""What only says that something went well does not stay in the way."""


def test_a_plain_message_leaves_with_the_next_step(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go("/teach/courses/new/")
    page.get_by_label("講座名").fill("数学・中2応用")
    page.get_by_label("教科").select_option(label="数学")
    page.get_by_label("学年").select_option(label="中2")
    page.get_by_role("button", name="講座を作る").click()
    page.locator("[data-toast]", has_text="講座を作りました").wait_for()

    page.get_by_label("新しい回を追加").fill("速さの文章題")
    page.get_by_label("新しい回を追加").press("Enter")

    page.get_by_role("heading", name="速さの文章題").wait_for()
    assert page.locator("[data-toast]", has_text="講座を作りました").count() == 0
