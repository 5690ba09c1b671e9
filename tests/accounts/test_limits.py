"""A classroom gets in, a guesser does not."""

import time

import pytest
from django.test import Client

from accounts import limits, services
from accounts.models import Role, User
from tests.cast import PASSWORD


def attempt(login, password=PASSWORD, client=None, **headers):
    return (client or Client()).post(
        "/login/", {"login": login, "password": password}, headers=headers
    )


def students(count):
    return [
        User.objects.create_user(
            f"s{number}",
            PASSWORD,
            family_name="生",
            given_name="徒",
            family_kana="せい",
            given_kana="と",
            role=Role.STUDENT,
        )
        for number in range(count)
    ]


def test_forty_students_sign_in_within_a_minute_behind_one_address(db):
    people = students(40)
    began = time.monotonic()
    answers = [attempt(person.username) for person in people]
    assert time.monotonic() - began < 60
    assert [answer.status_code for answer in answers] == [302] * 40


def test_and_so_they_do_when_each_mistypes_twice_before(db):
    for person in students(40):
        attempt(person.username, "mistyped")
        attempt(person.username, "mistyped")
        assert attempt(person.username).status_code == 302


def test_guessing_one_name_is_stopped_with_a_sentence_that_says_what_to_do(cast):
    for _ in range(8):
        assert "違います" in attempt("haruna", "guess").content.decode()
    page = attempt("haruna", "guess").content.decode()
    assert "このログイン名はしばらく使えません。5分ほど待って" in page
    assert "校舎の受付" in page
    # Not even the right password gets in now: an attacker must not learn that it was right.
    assert attempt("haruna").status_code == 200


def test_only_that_name_is_stopped(cast):
    for _ in range(10):
        attempt("haruna", "guess")
    assert attempt("ren").status_code == 302


def test_from_wherever_and_however_the_name_is_written(cast):
    for number in range(8):
        name = ["haruna", "HARUNA", "ｈａｒｕｎａ", " Haruna"][number % 4]
        attempt(name, "guess", client=Client(REMOTE_ADDR=f"192.0.2.{number + 1}"))
    answer = attempt("haruna", client=Client(REMOTE_ADDR="192.0.2.200"))
    assert "しばらく使えません" in answer.content.decode()


def test_an_unknown_name_is_stopped_alike_so_that_this_tells_nothing(cast):
    for _ in range(8):
        attempt("nobody", "guess")
    assert "しばらく使えません" in attempt("nobody", "guess").content.decode()


def test_signing_in_rightly_many_times_uses_nothing_up(cast):
    for _ in range(12):
        assert attempt("haruna").status_code == 302


def test_who_is_signed_in_stays_so_while_somebody_guesses(cast, sign_in):
    client = sign_in(cast.haruna)
    for _ in range(10):
        attempt("haruna", "guess")
    assert client.get("/profile/").status_code == 200


def test_a_new_password_from_the_office_opens_the_name_again(cast, sign_in):
    for _ in range(9):
        attempt("haruna", "guess")
    page = sign_in(cast.midori).post(
        "/admin/accounts/user/",
        {
            "action": "issue_passwords",
            "_selected_action": [cast.haruna.pk],
            "confirmed": "1",
        },
    )
    assert attempt("haruna", page.context["slips"][0].password).status_code == 302


def test_trying_many_names_from_one_address_is_stopped_before_hashing(cast, settings, monkeypatch):
    settings.SIGN_IN_FAILURES_PER_MINUTE = 5
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)
    for number in range(5):
        attempt(f"nobody{number}", "guess")
    monkeypatch.setattr(
        "accounts.backends.SignInBackend.authenticate",
        lambda *args, **kwargs: pytest.fail("asked the database about a stopped address"),
    )
    assert "この場所からのログインの失敗" in attempt("haruna").content.decode()


def test_another_address_goes_on_and_the_next_minute_opens_this_one(cast, settings, monkeypatch):
    settings.SIGN_IN_FAILURES_PER_MINUTE = 2
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)
    for number in range(3):
        attempt(f"nobody{number}", "guess")
    assert attempt("haruna").status_code == 200
    assert attempt("haruna", client=Client(REMOTE_ADDR="192.0.2.9")).status_code == 302
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_060.0)
    assert attempt("haruna").status_code == 302


def test_a_household_with_ipv6_is_one_place(settings):
    settings.SIGN_IN_FAILURES_PER_MINUTE = 1
    limits.count_failure_from("2001:db8:1:2::a")
    assert limits.too_many_failures_from("2001:db8:1:2:ffff::b")
    assert not limits.too_many_failures_from("2001:db8:1:3::a")


def test_behind_the_load_balancer_the_client_is_counted_and_not_the_balancer(cast, settings):
    settings.TRUSTED_PROXIES = 1
    settings.SIGN_IN_FAILURES_PER_MINUTE = 1
    # What a client writes into the header itself stands before what the balancer appends.
    attempt("nobody", "guess", **{"X-Forwarded-For": "198.51.100.7, 203.0.113.5"})
    assert attempt("haruna", **{"X-Forwarded-For": "203.0.113.6"}).status_code == 302
    assert attempt("haruna", **{"X-Forwarded-For": "203.0.113.5"}).status_code == 200


def test_asking_for_letters_again_and_again_is_answered_with_our_page(cast):
    client = Client()
    for _ in range(5):
        assert client.post("/password/reset/", {"email": "yoko@example.com"}).status_code == 302
    response = client.post("/password/reset/", {"email": "yoko@example.com"})
    assert response.status_code == 429
    assert "少しお待ちください" in response.content.decode()


def test_initial_passwords_can_be_read_aloud_and_are_never_alike():
    made = {services.initial_password() for _ in range(200)}
    assert len(made) == 200
    assert all(
        len(password) == 9 and set(password) <= set(services.READABLE + "-") for password in made
    )
