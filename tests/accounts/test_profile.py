import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import ClassGroup, ClassMembership, Guardianship, Role
from tests.cast import PASSWORD, join, person

EMAIL = "/profile/email/"


def page(client):
    response = client.get("/profile/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_student_sees_who_she_is_here(cast, sign_in):
    text = page(sign_in(cast.haruna))
    for word in ("佐藤", "さとう", "陽菜", "ひな", "haruna", "生徒", "中2", "渋谷校", "Aクラス"):
        assert word in text
    assert "事務にお知らせください" in text
    assert "2段階認証" not in text


def test_a_class_she_has_left_is_not_hers(cast, sign_in):
    ClassMembership.objects.filter(student=cast.haruna).update(left_on=timezone.localdate())
    assert "Aクラス" not in page(sign_in(cast.haruna))


def test_a_teacher_sees_his_classes_and_the_second_factor(cast, sign_in):
    text = page(sign_in(cast.tanaka))
    assert "担当クラス" in text
    assert "Aクラス" in text
    assert "Bクラス" not in text
    assert "/mfa/" in text


def test_a_guardian_sees_the_children_and_no_other(cast, sign_in):
    text = page(sign_in(cast.yoko))
    assert "佐藤 陽菜" in text
    assert "髙橋" not in text


def test_an_operator_is_not_given_a_list_of_every_class(cast, sign_in):
    assert "Aクラス" not in page(sign_in(cast.midori))


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_as_much_for_one_row_as_for_thirty(
    cast, sign_in, django_assert_num_queries, rows
):
    for number in range(rows - 1):
        group = ClassGroup.objects.create(
            name=f"クラス{number}", campus=cast.campus, school_year=2026
        )
        join(group, cast.haruna)
        child = person(
            f"c{number}", "佐藤", f"子{number}", "さとう こ", Role.STUDENT, campus=cast.campus
        )
        Guardianship.objects.create(guardian=cast.yoko, child=child)
    for someone in (cast.haruna, cast.yoko):
        client = sign_in(someone)
        with django_assert_num_queries(3):
            client.get("/profile/")


def test_the_language_changes_and_is_remembered(cast, sign_in):
    client = sign_in(cast.haruna)
    assert client.post("/profile/language/", {"language": "en"}).url == "/profile/"
    cast.haruna.refresh_from_db()
    assert cast.haruna.language == "en"
    assert '<html lang="en">' in page(client)
    client.post("/profile/language/", {"language": "ja"})
    assert '<html lang="ja">' in page(client)


def test_a_language_that_we_do_not_speak_changes_nothing(cast, sign_in):
    client = sign_in(cast.haruna)
    client.post("/profile/language/", {"language": "xx"})
    cast.haruna.refresh_from_db()
    assert cast.haruna.language == "ja"
    assert "一覧から選んでください" in page(client)


def test_following_a_link_changes_no_language(cast, sign_in):
    assert sign_in(cast.haruna).get("/profile/language/?language=en").status_code == 405


def test_an_address_is_stored_in_one_spelling_and_both_addresses_hear_of_it(
    cast, sign_in, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = sign_in(cast.yoko).post(
            EMAIL, {"email": "Yoko.Sato@Example.org", "password": PASSWORD}
        )
    assert response.url == "/profile/"
    cast.yoko.refresh_from_db()
    assert cast.yoko.email == "yoko.sato@example.org"
    assert {letter.to[0] for letter in mail.outbox} == {
        "yoko@example.com",
        "yoko.sato@example.org",
    }


def test_an_address_can_be_taken_away(cast, sign_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(cast.yoko).post(EMAIL, {"email": "", "password": PASSWORD})
    cast.yoko.refresh_from_db()
    assert cast.yoko.email == ""
    assert [letter.to for letter in mail.outbox] == [["yoko@example.com"]]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"email": "new@example.com", "password": "wrong"}, "パスワードが違います。"),
        ({"email": "new@example.com", "password": ""}, "このフィールドは必須です。"),
        ({"email": "no address", "password": PASSWORD}, "有効なメールアドレス"),
    ],
)
def test_a_refused_address_comes_back_as_typed_and_changes_nothing(cast, sign_in, form, sentence):
    response = sign_in(cast.yoko).post(EMAIL, form)
    text = response.content.decode()
    assert sentence in text
    assert f'value="{form["email"]}"' in text
    cast.yoko.refresh_from_db()
    assert cast.yoko.email == "yoko@example.com"


def test_the_password_cannot_be_guessed_here_either(cast, sign_in):
    client = sign_in(cast.yoko)
    for _ in range(8):
        client.post(EMAIL, {"email": "new@example.com", "password": "guess"})
    client.post(EMAIL, {"email": "new@example.com", "password": PASSWORD})
    cast.yoko.refresh_from_db()
    assert cast.yoko.email == "yoko@example.com"
