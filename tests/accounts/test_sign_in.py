import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.cast import PASSWORD

LOGIN = "/login/"


def send(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_page_says_whose_it_is_and_offers_no_signing_up(client, db):
    page = client.get(LOGIN).content.decode()
    assert "青葉進学会" in page
    assert "ログイン名" in page
    assert reverse("account_reset_password") in page
    assert "signup" not in page


def test_the_right_password_leads_home_without_any_chatter(client, cast):
    response = send(client, "haruna")
    assert response.url == "/"
    assert signed_in(client)
    assert list(get_messages(response.wsgi_request)) == []
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("typed", ["HARUNA", "Haruna ", "ｈａｒｕｎａ", "ＨＡＲＵＮＡ", "　haruna"])
def test_capitals_and_full_width_letters_are_the_same_name(client, cast, typed):
    send(client, typed)
    assert signed_in(client)


def test_the_password_itself_is_taken_to_the_letter(client, cast):
    send(client, "haruna", PASSWORD.upper())
    assert not signed_in(client)


def test_a_wrong_password_and_an_unknown_name_read_alike(client, cast):
    pages = [send(client, "haruna", "wrong"), send(client, "nobody", "wrong")]
    texts = [page.context["form"].non_field_errors() for page in pages]
    assert texts[0] == texts[1]
    assert "ログイン名かパスワードが違います。" in texts[0][0]
    assert 'value="haruna"' in pages[0].content.decode()


def test_empty_and_overlong_fields_are_sent_back_with_a_sentence(client, db):
    assert "このフィールドは必須です。" in send(client, "", "").content.decode()
    assert send(client, "a" * 400).status_code == 200
    assert send(client, "a\x00b").status_code == 200


def test_one_lands_where_one_wanted_to_go(client, cast):
    wall = client.get("/profile/")
    assert wall.url == "/login/?next=/profile/"
    page = client.get(wall.url).content.decode()
    assert '<input type="hidden" name="next" value="/profile/">' in page
    assert send(client, "haruna", next="/profile/").url == "/profile/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_but_never_on_another_site(client, cast, elsewhere):
    assert send(client, "haruna", next=elsewhere).url == "/"


def test_who_is_signed_in_already_is_sent_home(cast, sign_in):
    assert sign_in(cast.haruna).get(LOGIN).url == "/"


def test_who_has_left_is_told_so_only_after_the_right_password(client, cast):
    cast.haruna.is_active = False
    cast.haruna.save(update_fields=["is_active"])
    assert "ログイン名かパスワードが違います。" in send(client, "haruna", "wrong").content.decode()
    response = send(client, "haruna")
    assert response.url == reverse("account_inactive")
    assert not signed_in(client)
    assert "利用を停止しています" in client.get(response.url).content.decode()


def test_leaving_asks_once_and_then_signs_out(cast, sign_in):
    client = sign_in(cast.haruna)
    assert "ログアウトしますか？" in client.get("/logout/").content.decode()
    assert signed_in(client)
    response = client.post("/logout/")
    assert response.url == LOGIN
    assert not signed_in(client)
    assert list(get_messages(response.wsgi_request)) == []


def test_there_is_no_signing_up_and_no_managing_of_addresses(client, cast, sign_in):
    for path in ("/signup/", "/email/", "/accounts/signup/", "/accounts/email/"):
        assert sign_in(cast.haruna).get(path).status_code == 404


def test_the_session_and_csrf_cookies_are_kept_from_scripts_and_other_sites(client, cast):
    cookie = send(client, "haruna").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
