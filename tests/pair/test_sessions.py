"""A replica that is behind signs nobody out."""

from http.cookies import SimpleCookie

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.models import Campus, User
from elearning.db import pins
from tests.cast import PASSWORD
from tests.pair.asked import asked, only_reader

NEW = "aoba-midori-7"


def forget_pin(client: Client) -> None:
    """As if its five seconds had passed."""
    client.cookies.pop(pins.cookie_name(), None)


def signed_in(client: Client, path: str = "/") -> bool:
    return client.get(path).status_code == 200


def sign_in_by_form(username: str, password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/login/", {"login": username, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.mark.on_postgresql
@pytest.mark.parametrize("pinned", [True, False])
def test_05_a_password_change_with_a_stale_reader_leaves_the_user_signed_in(
    pair, watch, cast, pinned
):
    client = sign_in_by_form("haruna")
    pair.in_step()
    pair.stop_replication()

    client.post("/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    if not pinned:
        forget_pin(client)

    assert signed_in(client)
    assert signed_in(client)
    pair.start_replication()
    pair.in_step()
    forget_pin(client)
    assert only_reader(client.get("/"))


def test_05_also_when_the_reader_has_the_new_password_and_the_old_session(pair, watch, cast):
    """They are written one after the other, and the replica can stand between them."""
    client = sign_in_by_form("haruna")
    pair.in_step()
    old = SimpleCookie(client.cookies)
    pair.stop_replication()
    session = client.session
    haruna = User.objects.get(pk=cast.haruna.pk)
    haruna.set_password(NEW)
    haruna.save(update_fields=["password"])
    session["_auth_user_hash"] = haruna.get_session_auth_hash()
    pair.start_replication()
    pair.in_step()
    pair.stop_replication()
    session.save()

    client.cookies = old
    forget_pin(client)

    assert signed_in(client)
    assert signed_in(client), "the first look must not have signed him out"


def test_05_a_session_of_the_old_password_is_ended_all_the_same(pair, watch, cast, sign_in):
    client = sign_in(cast.haruna)
    haruna = User.objects.get(pk=cast.haruna.pk)
    haruna.set_password(NEW)
    haruna.save(update_fields=["password"])
    pair.in_step()

    assert not signed_in(client)


@pytest.mark.on_postgresql
@pytest.mark.parametrize("pinned", [True, False])
def test_06_sign_in_redirect_with_replication_stopped_the_session_is_found(
    pair, watch, cast, pinned
):
    pair.stop_replication()

    client = sign_in_by_form("haruna")
    if not pinned:
        forget_pin(client)

    assert signed_in(client)
    assert asked(client.get("/")).writer > 0


def test_06_signing_out_holds_at_once(pair, watch, cast):
    client = sign_in_by_form("haruna")
    pair.in_step()
    pair.stop_replication()

    client.post("/logout/")

    assert client.get("/").url.startswith("/login/")


def test_06_nobody_without_a_session_is_looked_for(pair, watch):
    """Strangers must not cost the writer anything."""
    response = Client().get("/")

    assert response.url.startswith("/login/")
    assert (asked(response).reader, asked(response).writer) == (0, 0)


def test_06_a_session_of_a_way_to_sign_in_that_there_is_no_more_is_none(
    pair, watch, cast, sign_in, settings
):
    client = sign_in(cast.haruna)
    pair.in_step()
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

    assert not signed_in(client)


LEARNING = ["home", "learning:courses", "learning:course", "learning:activity"]


@pytest.fixture
def on_the_writer(pair):
    """Gives a function that lists what the application has sent to the writer since then."""
    pair.writer.query("SET GLOBAL log_output = 'TABLE'")
    pair.writer.query("TRUNCATE mysql.general_log")
    pair.writer.query("SET GLOBAL general_log = 1")

    def sent() -> list[str]:
        rows = pair.writer.query(
            "SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log"
            " WHERE user_host LIKE '%juku%' AND command_type IN ('Query', 'Execute')"
        )
        return [row["sent"] for row in rows]

    yield sent
    pair.writer.query("SET GLOBAL general_log = 0")
    pair.writer.query("TRUNCATE mysql.general_log")


@pytest.mark.parametrize("name", LEARNING)
def test_23_a_learning_page_on_the_reader_sends_the_writer_no_query(
    pair, watch, cast, sign_in, on_the_writer, name
):
    client = sign_in(cast.haruna)
    arguments = {
        "learning:course": [cast.maths.pk],
        "learning:activity": [cast.note.pk],
    }.get(name, [])
    path = reverse(name, args=arguments)
    client.get(path)  # the first opening of an activity is written down
    forget_pin(client)
    pair.in_step()
    before = on_the_writer()

    response = client.get(path)

    assert response.status_code == 200
    assert only_reader(response)
    assert on_the_writer() == before
    client.post(reverse("profile_language"), {"language": "ja"})
    assert on_the_writer() != before, "the log would have shown it"


def test_23_a_session_that_the_reader_does_not_know_is_asked_of_the_writer(
    pair, watch, cast, sign_in
):
    pair.stop_replication()
    client = sign_in(cast.haruna)

    response = client.get("/")

    assert response.status_code == 200
    assert asked(response).reader > 0
    assert asked(response).writer > 0


def test_23_a_user_whom_the_reader_lacks_is_asked_of_the_writer(pair, watch, cast, sign_in):
    client = sign_in(cast.ren)
    pair.in_step()
    pair.stop_replication()
    newcomer = User.objects.create_user(
        "newcomer", PASSWORD, family_name="新", given_name="人", role="student"
    )
    client.force_login(newcomer, backend="accounts.backends.SignInBackend")

    assert signed_in(client)


def test_23_a_stranger_to_both_is_signed_out(pair, watch, cast):
    client = Client()
    client.cookies["sessionid"] = "0" * 32

    assert client.get("/").url.startswith("/login/")


@pytest.mark.on_postgresql
def test_23_what_a_colleague_has_just_made_is_no_404(pair, watch, cast, sign_in):
    tanaka, midori = sign_in(cast.tanaka), sign_in(cast.midori)
    pair.in_step()
    pair.stop_replication()
    made = tanaka.post(
        reverse("catalog:course_new"),
        {
            "title": "理科・中2",
            "subject": "science",
            "grade": 8,
            "school_year": 2026,
            "state": "published",
            "teachers": [cast.tanaka.pk],
        },
    )
    assert made.status_code == 302, made.content.decode()

    page = midori.get(made.url)

    assert page.status_code == 200
    assert "理科・中2" in page.content.decode()
    assert midori.get("/teach/courses/999999/").status_code == 404


@pytest.mark.parametrize("refusal", [Http404, PermissionDenied])
def test_23_no_refusal_is_told_by_the_readers_word_alone(pair, watch, probe, refusal):
    pair.stop_replication()
    Campus.objects.create(name="本校")

    def view(request):
        if not Campus.objects.exists():
            raise refusal
        return "let in"

    probe(view)

    response = Client().get("/probe/")

    assert response.content == b"let in"
    assert (asked(response).reader, asked(response).writer) == (1, 1)


def test_23_an_address_that_is_none_is_asked_of_nobody_twice(pair, watch, cast, sign_in):
    client = sign_in(cast.haruna)
    pair.in_step()

    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert asked(response).writer == 0
