"""A session that ends under an open page."""

from django.contrib.sessions.models import Session

from courses.catalog.models import Lesson
from tests.cast import PASSWORD


def test_a_fragment_never_shows_the_sign_in_page_inside_another(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    Session.objects.all().delete()

    page.get_by_label("新しい回を追加").fill("第2回の題名")
    page.get_by_label("新しい回を追加").press("Enter")

    page.get_by_text("ログインの有効期限が切れました").wait_for()
    assert page.get_by_label("新しい回を追加").input_value() == "第2回の題名"
    assert page.get_by_label("パスワード").count() == 0


def test_after_signing_in_in_another_tab_the_page_goes_on(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    Session.objects.all().delete()
    page.get_by_label("新しい回を追加").fill("第2回の題名")
    page.get_by_label("新しい回を追加").press("Enter")
    with page.expect_popup() as popup:
        page.get_by_role("alert").get_by_role("link", name="ログイン").click()
    popup.value.fill("input[name=login]", "tanaka")
    popup.value.fill("input[name=password]", PASSWORD)
    popup.value.press("input[name=password]", "Enter")
    popup.value.wait_for_url(lambda url: "/login/" not in url)
    popup.value.close()

    page.get_by_label("新しい回を追加").press("Enter")

    page.get_by_role("heading", name="第2回の題名").wait_for()
    assert Lesson.objects.filter(title="第2回の題名").count() == 1


def test_a_page_does_not_speak_for_the_next_one_at_a_shared_machine(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    juku.maths.teachers.add(juku.suzuki)
    visitor.context.clear_cookies()
    other = visitor.context.new_page()
    other.goto(visitor.address + "/login/")
    other.fill("input[name=login]", "suzuki")
    other.fill("input[name=password]", PASSWORD)
    other.press("input[name=password]", "Enter")
    other.wait_for_url(lambda url: "/login/" not in url)

    page.get_by_label("新しい回を追加").fill("田中の回")
    page.get_by_label("新しい回を追加").press("Enter")

    page.locator("#builder-alert").wait_for(state="visible")
    assert page.get_by_label("新しい回を追加").input_value() == "田中の回"
    assert not Lesson.objects.filter(title="田中の回").exists()


def test_a_plain_form_goes_through_after_signing_in_in_another_tab(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/edit/")
    page.get_by_label("紹介文").fill("長い説明")
    other = visitor.context.new_page()
    other.goto(visitor.address + "/logout/")
    other.get_by_role("button", name="ログアウト").last.click()
    other.wait_for_url("**/login/**")
    other.fill("input[name=login]", "tanaka")
    other.fill("input[name=password]", PASSWORD)
    other.press("input[name=password]", "Enter")
    other.wait_for_url(lambda url: "/login/" not in url)

    page.get_by_role("button", name="保存する").click()

    page.wait_for_url(lambda url: "/edit/" not in url)
    juku.maths.refresh_from_db()
    assert juku.maths.description == "長い説明"


def test_a_form_is_as_it_was_after_signing_in_again(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/edit/")
    page.get_by_label("紹介文").fill("長い説明")
    page.get_by_label("学年").select_option(label="中3")
    Session.objects.all().delete()

    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/login/**")
    page.fill("input[name=login]", "tanaka")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")

    page.get_by_text("ログインの前に入力した内容を元に戻しました").wait_for()
    assert page.get_by_label("紹介文").input_value() == "長い説明"
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url(lambda url: "/edit/" not in url)
    juku.maths.refresh_from_db()
    assert (juku.maths.description, juku.maths.grade) == ("長い説明", 9)
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/edit/")
    assert page.get_by_text("元に戻しました").count() == 0


def test_what_one_person_typed_is_not_shown_to_the_next(juku, visit):
    juku.maths.teachers.add(juku.suzuki)
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/edit/")
    page.get_by_label("紹介文").fill("田中の下書き")
    Session.objects.all().delete()

    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/login/**")
    page.fill("input[name=login]", "suzuki")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)

    assert page.get_by_label("紹介文").input_value() == ""
