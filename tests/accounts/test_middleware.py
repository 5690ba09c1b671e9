"""Everybody's language, and the wall around everything."""

import inspect

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.backends import SignInBackend
from accounts.models import User

PUBLIC = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "admin:login",
}
# The load balancer's checks hold no session.
MACHINES = {"livez", "readyz", "healthz"}


def named_views(resolver: URLResolver, namespace: str = ""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_views(entry, inner)


def test_only_these_pages_are_open_to_strangers():
    opened = {
        name
        for name, view in named_views(get_resolver())
        if not getattr(view, "login_required", True)
    }
    assert opened - MACHINES == PUBLIC


@pytest.mark.parametrize("path", ["/", "/profile/", "/profile/email/", "/mfa/"])
def test_a_stranger_is_shown_the_door_and_comes_back_here(client, db, path):
    assert client.get(path).url == f"/login/?next={path}"


def test_the_door_of_the_admin_is_the_same_door(client, db):
    chain = client.get("/admin/accounts/user/", follow=True).redirect_chain
    assert chain[-1] == ("/login/?next=/admin/accounts/user/", 302)


def test_the_admin_is_closed_to_those_who_do_not_run_it(cast, sign_in):
    assert sign_in(cast.tanaka).get("/admin/login/").status_code == 403
    assert sign_in(cast.haruna).get("/admin/", follow=True).status_code == 403


def test_strangers_are_spoken_to_in_japanese(client, db):
    response = client.get("/login/", headers={"Accept-Language": "en"})
    assert response.headers["Content-Language"] == "ja"
    assert '<html lang="ja">' in response.content.decode()


def test_everyone_is_spoken_to_in_his_own_language(cast, sign_in):
    cast.ren.language = "en"
    cast.ren.save(update_fields=["language"])
    for person, language in ((cast.ren, "en"), (cast.haruna, "ja")):
        response = sign_in(person).get("/profile/")
        assert response.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in response.content.decode()


def test_the_person_of_a_request_comes_with_the_campus_in_one_query(
    cast, django_assert_num_queries
):
    with django_assert_num_queries(1):
        user = SignInBackend().get_user(cast.haruna.pk)
        assert user.campus.name == "渋谷校"


def test_who_is_switched_off_is_out_at_the_next_click(cast, sign_in):
    client = sign_in(cast.haruna)
    assert client.get("/profile/").status_code == 200
    User.objects.filter(pk=cast.haruna.pk).update(is_active=False)
    assert client.get("/profile/").status_code == 302
    assert SignInBackend().get_user(cast.haruna.pk) is None


def test_a_session_of_a_person_who_is_gone_is_nobodys(cast, sign_in):
    client = sign_in(cast.kenji)
    assert SESSION_KEY in client.session
    cast.kenji.delete()
    assert client.get("/profile/").status_code == 302


def test_a_view_of_our_own_is_a_plain_function():
    ours = [view for _, view in named_views(get_resolver()) if view.__module__ == "accounts.views"]
    assert ours
    assert all(inspect.isfunction(view) for view in ours)
