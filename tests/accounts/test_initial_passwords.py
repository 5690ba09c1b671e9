"""The office adds people and hands out initial passwords on slips of paper."""

import re

from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD

PEOPLE = "/admin/accounts/user/"

NEW = {
    "username": "Ｎｅｗ.Student",
    "family_name": "﨑山",
    "given_name": "桜",
    "family_kana": "さきやま",
    "given_kana": "さくら",
    "role": "student",
    "grade": "8",
    "email": "",
}


def test_a_new_person_gets_a_slip_with_an_initial_password_that_works(office, cast):
    page = office.post(f"{PEOPLE}add/", {**NEW, "campus": cast.campus.pk})
    assert page.status_code == 200
    (slip,) = page.context["slips"]
    made = User.objects.get(username="new.student")
    assert made.must_change_password
    assert made.check_password(slip.password)
    text = page.content.decode()
    assert slip.password in text
    assert "﨑山" in text
    assert "no-store" in page.headers["Cache-Control"]
    answer = Client().post("/login/", {"login": "new.student", "password": slip.password})
    assert answer.url == "/"


def test_somebody_added_in_a_little_window_is_handed_to_the_form_that_asked(office, cast):
    page = office.post(f"{PEOPLE}add/?_popup=1", {**NEW, "_popup": "1"})
    made = User.objects.get(username="new.student")
    assert page.context["popup_response_data"]
    assert str(made.pk) in page.context["popup_response_data"]
    assert not made.has_usable_password()


def test_a_name_that_is_taken_or_wrong_is_sent_back(office, cast):
    page = office.post(f"{PEOPLE}add/", {**NEW, "username": "ＨＡＲＵＮＡ"})
    assert "既に存在します" in page.content.decode()
    page = office.post(f"{PEOPLE}add/", {**NEW, "username": "佐藤"})
    assert "半角の小文字の英数字" in page.content.decode()
    page = office.post(f"{PEOPLE}add/", {**NEW, "family_kana": "サキヤマ"})
    assert "ひらがなで入力してください。" in page.content.decode()
    assert User.objects.filter(family_name="﨑山").count() == 0


def issue(client, *people, **more):
    return client.post(
        PEOPLE,
        {"action": "issue_passwords", "_selected_action": [one.pk for one in people], **more},
    )


def test_issuing_asks_once_and_changes_nothing_until_then(office, cast):
    page = issue(office, cast.haruna, cast.ren)
    text = page.content.decode()
    assert "次の 2 人に新しい初期パスワードを発行します。" in text
    assert "佐藤 陽菜（haruna）" in text
    cast.haruna.refresh_from_db()
    assert cast.haruna.check_password(PASSWORD)


def test_issuing_prints_a_slip_for_each_and_signs_them_out(office, cast, sign_in):
    hers = sign_in(cast.haruna)
    page = issue(office, cast.haruna, cast.ren, confirmed="1")
    slips = {slip.person.username: slip.password for slip in page.context["slips"]}
    assert set(slips) == {"haruna", "ren"}
    assert slips["haruna"] != slips["ren"]
    for one in (cast.haruna, cast.ren):
        one.refresh_from_db()
        assert one.must_change_password
        assert one.check_password(slips[one.username])
    assert hers.get("/profile/").status_code == 302
    assert len(re.findall(r'class="slip"', page.content.decode())) == 2
    client = Client()
    client.post("/login/", {"login": "haruna", "password": slips["haruna"]})
    assert client.get("/").url == "/password/change/"


def test_nobody_issues_for_himself_or_for_more_than_the_request_can_hash(office, cast, monkeypatch):
    issue(office, cast.midori, confirmed="1")
    cast.midori.refresh_from_db()
    assert cast.midori.check_password(PASSWORD)
    monkeypatch.setattr("accounts.services.ISSUED_AT_ONCE", 1)
    page = office.post(
        PEOPLE,
        {
            "action": "issue_passwords",
            "_selected_action": [cast.haruna.pk, cast.ren.pk],
            "confirmed": "1",
        },
        follow=True,
    )
    assert "1人から1人まで選んで発行できます。" in page.content.decode()
    cast.haruna.refresh_from_db()
    assert cast.haruna.check_password(PASSWORD)


def test_a_password_set_by_hand_is_an_initial_one_too(office, cast):
    path = f"{PEOPLE}{cast.haruna.pk}/password/"
    form = {"password1": "aoba-midori-7", "password2": "aoba-midori-7"}
    page = office.get(path)
    assert "usable_password" not in page.context["form"].fields
    assert "佐藤 陽菜さんの仮のパスワード" in page.content.decode()
    assert "このフィールドは必須です。" in office.post(path, {}).content.decode()
    assert office.post(path, form).status_code == 302
    cast.haruna.refresh_from_db()
    assert cast.haruna.check_password("aoba-midori-7")
    assert cast.haruna.must_change_password
