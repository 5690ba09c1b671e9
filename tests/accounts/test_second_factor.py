"""Teachers and operators may add an authenticator app."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD

PAGES = ["/mfa/", "/mfa/app/", "/mfa/app/off/", "/mfa/codes/", "/mfa/codes/new/"]


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def confirmed(client):
    client.post("/password/confirm/", {"password": PASSWORD, "next": "/mfa/"})
    return client


@pytest.fixture
def teacher(cast, sign_in):
    """The teacher's client after setting up an app, and the app's secret."""
    client = confirmed(sign_in(cast.tanaka))
    secret = client.get("/mfa/app/").context["form"].secret
    response = client.post("/mfa/app/", {"code": code_for(secret)})
    assert response.url == "/mfa/codes/"
    # The code that set it up may be used to sign in within the same half minute.
    cache.clear()
    return client, secret


@pytest.mark.parametrize("path", PAGES)
def test_students_and_guardians_are_not_offered_it(cast, sign_in, path):
    assert sign_in(cast.haruna).get(path).status_code == 403
    assert sign_in(cast.yoko).get(path).status_code == 403


def test_setting_it_up_asks_for_the_password_first(cast, sign_in):
    client = sign_in(cast.tanaka)
    response = client.get("/mfa/app/")
    assert response.url == "/password/confirm/?next=%2Fmfa%2Fapp%2F"
    assert "もう一度パスワードを" in client.get(response.url).content.decode()
    refused = client.post("/password/confirm/", {"password": "wrong", "next": "/mfa/app/"})
    assert "パスワードが違います。" in refused.content.decode()
    response = client.post("/password/confirm/", {"password": PASSWORD, "next": "/mfa/app/"})
    assert response.url == "/mfa/app/"


def test_the_picture_to_scan_needs_no_script_and_no_style(cast, sign_in):
    response = confirmed(sign_in(cast.tanaka)).get("/mfa/app/")
    text = response.content.decode()
    assert '<img class="qr" src="data:image/svg+xml;base64,' in text
    assert response.context["form"].secret in text
    assert "tanaka" in response.context["totp_url"]
    assert "style=" not in text
    assert "img-src 'self' data:" in response.headers["Content-Security-Policy"]


def test_a_wrong_code_is_sent_back_with_the_same_secret(cast, sign_in):
    client = confirmed(sign_in(cast.tanaka))
    secret = client.get("/mfa/app/").context["form"].secret
    response = client.post("/mfa/app/", {"code": "000000"})
    assert "コードが違います。" in response.content.decode()
    assert response.context["form"].secret == secret


def test_afterwards_sign_in_asks_for_a_code(teacher, cast):
    _, secret = teacher
    client = Client()
    response = client.post("/login/", {"login": "tanaka", "password": PASSWORD})
    assert response.url == "/login/code/"
    assert client.get("/profile/").status_code == 302
    assert "6けたの数字" in client.get("/login/code/").content.decode()
    assert "コードが違います。" in client.post("/login/code/", {"code": "12"}).content.decode()
    assert client.post("/login/code/", {"code": code_for(secret)}).url == "/"
    assert client.get("/profile/").status_code == 200


def test_a_recovery_code_stands_in_once_for_a_lost_phone(teacher, cast):
    client, _ = teacher
    codes = client.get("/mfa/codes/").context["unused_codes"]
    assert len(codes) == 10
    for expected in (302, 200):
        fresh = Client()
        fresh.post("/login/", {"login": "tanaka", "password": PASSWORD})
        assert fresh.post("/login/code/", {"code": codes[0]}).status_code == expected
    assert len(client.get("/mfa/codes/").context["unused_codes"]) == 9


def test_codes_are_saved_as_a_file_and_made_anew(teacher):
    client, _ = teacher
    before = client.get("/mfa/codes/").context["unused_codes"]
    saved = client.get("/mfa/codes/download/")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.content.decode().split() == before
    assert "作り直しますか？" in client.get("/mfa/codes/new/").content.decode()
    client.post("/mfa/codes/new/")
    assert client.get("/mfa/codes/").context["unused_codes"] != before


def test_it_is_switched_off_after_asking_once(teacher, cast):
    client, _ = teacher
    assert "オフにしますか？" in client.get("/mfa/app/off/").content.decode()
    client.post("/mfa/app/off/")
    assert not Authenticator.objects.exists()
    assert "認証アプリを登録する" in client.get("/mfa/").content.decode()


def test_the_office_lets_a_teacher_in_who_lost_everything(teacher, cast, sign_in):
    response = sign_in(cast.midori).post(
        "/admin/accounts/user/",
        {"action": "remove_second_factor", "_selected_action": [cast.tanaka.pk]},
        follow=True,
    )
    assert "1人の2段階認証を解除しました。" in response.content.decode()
    answer = Client().post("/login/", {"login": "tanaka", "password": PASSWORD})
    assert answer.url == "/"


def test_signing_in_can_be_given_up_halfway(teacher):
    client = Client()
    client.post("/login/", {"login": "tanaka", "password": PASSWORD})
    client.post("/logout/", {"next": "/login/"})
    assert client.get("/login/").status_code == 200
    assert client.get("/login/code/").url == "/login/"
