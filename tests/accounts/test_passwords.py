"""Changing a password, and the first sign-in with the one from the slip."""

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD

CHANGE = "/password/change/"
NEW = "aoba-midori-7"


@pytest.fixture
def newcomer(cast):
    cast.haruna.must_change_password = True
    cast.haruna.save(update_fields=["must_change_password"])
    return cast.haruna


def by_password(username, password):
    client = Client()
    client.post("/login/", {"login": username, "password": password})
    return client


@pytest.mark.parametrize("path", ["/", "/profile/", "/courses/", "/admin/", "/mfa/"])
def test_with_an_initial_password_every_way_leads_to_choosing_ones_own(newcomer, sign_in, path):
    assert sign_in(newcomer).get(path).url == CHANGE


def test_the_page_explains_why_and_asks_for_no_old_password(newcomer, sign_in):
    page = sign_in(newcomer).get(CHANGE).content.decode()
    assert "初期パスワードでログインしました。" in page
    assert 'name="oldpassword"' not in page


def test_choosing_one_leads_home_still_signed_in(newcomer):
    client = by_password("haruna", PASSWORD)
    response = client.post(CHANGE, {"password1": NEW, "password2": NEW})
    assert response.url == "/"
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    assert newcomer.check_password(NEW)
    assert client.get("/profile/").status_code == 200
    assert [str(m) for m in get_messages(response.wsgi_request)] == ["パスワードを変更しました。"]


def test_the_message_carries_no_tag_since_a_tag_would_offer_an_undo(newcomer, sign_in):
    response = sign_in(newcomer).post(CHANGE, {"password1": NEW, "password2": NEW})
    assert [m.extra_tags for m in get_messages(response.wsgi_request)] == [""]


def test_the_initial_password_cannot_be_kept(newcomer, sign_in):
    response = sign_in(newcomer).post(CHANGE, {"password1": PASSWORD, "password2": PASSWORD})
    assert "初期パスワードとは違うパスワード" in response.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.must_change_password


def test_one_may_leave_instead(newcomer, sign_in):
    assert sign_in(newcomer).post("/logout/").url == "/login/"


def test_later_changes_ask_for_the_present_password(cast, sign_in):
    client = sign_in(cast.haruna)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    response = client.post(CHANGE, form)
    assert "今のパスワードが違います。" in response.content.decode()
    cast.haruna.refresh_from_db()
    assert cast.haruna.check_password(PASSWORD)
    assert client.post(CHANGE, {**form, "oldpassword": PASSWORD}).url == "/"
    cast.haruna.refresh_from_db()
    assert cast.haruna.check_password(NEW)


def test_sessions_elsewhere_end_with_the_old_password(cast, sign_in):
    elsewhere, here = sign_in(cast.haruna), sign_in(cast.haruna)
    here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short1", "最低 8 文字以上"),
        ("password1", "このパスワードは一般的すぎます。"),
        ("9182736450", "数字しか使われていません。"),
        ("haruna2026", "ログイン名 と似すぎています。"),
    ],
)
def test_a_weak_password_is_sent_back_saying_why(newcomer, sign_in, password, sentence):
    response = sign_in(newcomer).post(CHANGE, {"password1": password, "password2": password})
    assert sentence in response.content.decode()


def test_two_different_ones_are_sent_back(newcomer, sign_in):
    response = sign_in(newcomer).post(CHANGE, {"password1": NEW, "password2": NEW + "x"})
    assert "上と同じパスワードを入力してください。" in response.content.decode()


def test_who_has_an_address_is_told_by_mail(cast, sign_in, django_capture_on_commit_callbacks):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(cast.yoko).post(CHANGE, form)
        sign_in(cast.kenji).post(CHANGE, form)
    (letter,) = mail.outbox
    assert letter.to == ["yoko@example.com"]
    assert letter.subject == "【青葉進学会】パスワードを変更しました"
    assert "佐藤 洋子 様" in letter.body
    assert NEW not in letter.body
