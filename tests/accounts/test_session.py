"""How long a sign-in lasts: as long as the browser is open, or two weeks if asked."""

import pytest

from tests.cast import PASSWORD


@pytest.mark.parametrize(("asked", "lasts"), [({}, ""), ({"remember": "on"}, 14 * 24 * 3600)])
def test_a_session_outlives_the_browser_only_if_asked(asked, lasts, cast, client):
    response = client.post("/login/", {"login": "haruna", "password": PASSWORD, **asked})

    assert response.status_code == 302
    assert response.cookies["sessionid"]["max-age"] == lasts


def test_the_sign_in_page_asks_and_warns_of_shared_computers(client, db):
    page = client.get("/login/").content.decode()

    assert 'name="remember"' in page
    assert "共用のパソコン" in page
