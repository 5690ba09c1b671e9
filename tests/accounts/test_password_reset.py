import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import Role
from tests.cast import PASSWORD, person

RESET = "/password/reset/"
NEW = "aoba-midori-7"


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    def asking(email):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(RESET, {"email": email})

    return asking


def link_in(letter):
    return re.search(r"http://testserver(/\S+)", letter.body).group(1)


def follow(link):
    client = Client()
    response = client.get(link)
    assert response.status_code == 302, "the secret leaves the address bar at once"
    return client, response.url


def test_the_page_sends_those_without_an_address_to_the_office(client, db):
    page = client.get(RESET).content.decode()
    assert "メールアドレスを登録していないときは、校舎の受付に" in page


def test_a_letter_leads_to_a_new_password(ask, cast):
    assert ask("yoko@example.com").url == "/password/reset/sent/"
    (letter,) = mail.outbox
    assert letter.subject == "【青葉進学会】パスワードの再設定"
    assert letter.to == ["yoko@example.com"]
    assert "佐藤 洋子 様" in letter.body
    assert "ログイン名: yoko" in letter.body
    client, page = follow(link_in(letter))
    assert "佐藤 洋子さん（ログイン名 yoko）" in client.get(page).content.decode()
    response = client.post(page, {"password1": NEW, "password2": NEW})
    assert response.url == "/password/reset/done/"
    assert "新しいパスワードでログインしてください。" in client.get(response.url).content.decode()
    cast.yoko.refresh_from_db()
    assert cast.yoko.check_password(NEW)


def test_it_replaces_an_initial_password_too(ask, cast):
    cast.yoko.must_change_password = True
    cast.yoko.save(update_fields=["must_change_password"])
    ask("yoko@example.com")
    client, page = follow(link_in(mail.outbox[0]))
    client.post(page, {"password1": NEW, "password2": NEW})
    cast.yoko.refresh_from_db()
    assert not cast.yoko.must_change_password


def test_nobody_learns_whether_an_address_is_known(ask, client, cast):
    known, unknown = ask("yoko@example.com"), ask("nobody@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.content == unknown.content
    assert [letter.to for letter in mail.outbox] == [["yoko@example.com"]]


def test_the_request_itself_asks_nothing_about_the_address(
    client, cast, django_assert_num_queries, settings
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    counts = []
    for email in ("yoko@example.com", "nobody@example.com"):
        with django_assert_num_queries(0):
            counts.append(client.post(RESET, {"email": email}).status_code)
    assert counts == [302, 302]


def test_a_family_that_shares_an_address_gets_a_letter_for_each(ask, cast):
    person("ren2", "佐藤", "蓮", "さとう れん", Role.STUDENT, email="Yoko@Example.com")
    ask("YOKO@example.com")
    letters = {
        name: letter
        for letter in mail.outbox
        for name in ("yoko", "ren2")
        if f"ログイン名: {name}\n" in letter.body
    }
    assert set(letters) == {"yoko", "ren2"}
    client, page = follow(link_in(letters["ren2"]))
    client.post(page, {"password1": NEW, "password2": NEW})
    cast.yoko.refresh_from_db()
    assert cast.yoko.check_password(PASSWORD)
    assert Client().post("/login/", {"login": "ren2", "password": NEW}).status_code == 302


def test_the_letter_goes_to_the_address_on_record(ask, cast):
    ask("YOKO@EXAMPLE.COM")
    assert mail.outbox[0].to == ["yoko@example.com"]


def test_the_letter_is_in_the_persons_language(ask, cast, monkeypatch):
    from accounts import mails

    spoken = []
    original = mails.render_to_string
    monkeypatch.setattr(
        mails,
        "render_to_string",
        lambda *args: spoken.append(mails.translation.get_language()) or original(*args),
    )
    cast.yoko.language = "en"
    cast.yoko.save(update_fields=["language"])
    ask("yoko@example.com")
    assert spoken == ["en"]


def test_who_has_left_gets_none(ask, cast):
    cast.yoko.is_active = False
    cast.yoko.save(update_fields=["is_active"])
    ask("yoko@example.com")
    assert mail.outbox == []


def test_a_former_address_opens_nothing(ask, cast, sign_in):
    ask("yoko@example.com")
    former_link = link_in(mail.outbox.pop())
    sign_in(cast.yoko).post("/profile/email/", {"email": "new@example.com", "password": PASSWORD})
    mail.outbox.clear()
    ask("yoko@example.com")
    assert mail.outbox == []
    assert "このリンクは使えません" in Client().get(former_link).content.decode()
    assert not EmailAddress.objects.exists()


def test_a_link_works_once_and_a_made_up_one_never(ask, cast):
    ask("yoko@example.com")
    link = link_in(mail.outbox[0])
    client, page = follow(link)
    client.post(page, {"password1": NEW, "password2": NEW})
    for dead in (link, "/password/reset/1-abc-def/", "/password/reset/zzzzzzzzzzzzz-abc/"):
        response = Client().get(dead)
        assert response.status_code == 200
        assert "このリンクは使えません" in response.content.decode()


def test_a_weak_new_password_keeps_the_link_alive(ask, cast):
    ask("yoko@example.com")
    client, page = follow(link_in(mail.outbox[0]))
    assert (
        "最低 8 文字以上"
        in client.post(page, {"password1": "x1", "password2": "x1"}).content.decode()
    )
    assert client.post(page, {"password1": NEW, "password2": NEW}).status_code == 302


def test_what_is_no_address_is_sent_back_with_a_sentence(ask, db):
    response = ask("haruna")
    assert response.status_code == 200
    assert "有効なメールアドレスを入力してください。" in response.content.decode()
