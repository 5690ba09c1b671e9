"""A session that ends under an open page."""

from django.contrib.sessions.models import Session


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
