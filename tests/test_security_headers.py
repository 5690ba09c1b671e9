"""Every page says what a browser may load and run, and keeps to it itself."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Campus, ClassGroup, User
from courses.catalog.models import Activity, Course, Lesson
from tests.pages import NO_PAGES, PAGES, PUBLIC_PAGES, name_of, path_of
from tests.test_access_matrix import MATRIX

OFFICE = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/classgroup/add/",
    "/admin/enrolment/enrolment/add/",
    "/admin/uploads/upload/",
]
DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    "frame-src 'self'",
    "object-src 'none'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


class Inline(HTMLParser):
    """What of a page such a policy would not let run: scripts, styles and handlers inside it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        data = named.get("type") in ("application/json", "importmap")
        if (tag == "script" and "src" not in named and not data) or tag == "style":
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            script = (value or "").strip().lower().startswith("javascript:")
            if name == "style" or re.match(r"on[a-z]|hx-on", name) or script:
                self.found.append(f'<{tag} {name}="{value}">')


def strict(response) -> None:
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert set(policy.split("; ")) == DIRECTIVES
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert Inline(response.content.decode()).found == []


@pytest.mark.parametrize("of", PAGES, ids=name_of)
def test_a_page_is_strict_about_itself(of, cast, sign_in):
    strict(sign_in(getattr(cast, of[0])).get(path_of(of, cast)))


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_is_too(name, client, db):
    strict(client.get(reverse(name)))


@pytest.mark.parametrize("path", OFFICE)
def test_the_admin_is_too(path, cast, sign_in):
    strict(sign_in(cast.midori).get(path))


def test_no_page_is_missing_from_the_list_of_pages():
    answers = {name for name, (method, _) in MATRIX.items() if method == "GET"}
    assert answers - {name for _, name, _ in PAGES} - set(PUBLIC_PAGES) == set(NO_PAGES)


MARKUP = '<b id="xss">太字</b>'


def test_what_people_write_stays_text_on_every_page(cast, sign_in):
    """Titles and names; notes have their own probes (tests/courses/materials/test_xss.py)."""
    for model, field in (
        (Course, "title"),
        (Course, "description"),
        (Lesson, "title"),
        (Activity, "title"),
        (ClassGroup, "name"),
        (User, "family_name"),
        (User, "given_kana"),
    ):
        for row in model.objects.all():
            setattr(row, field, f"{MARKUP}{row.pk}"[:40])
            row.save(update_fields=[field])
    Campus.objects.update(name=MARKUP)
    shown = 0

    for page in PAGES:
        answer = sign_in(getattr(cast, page[0])).get(path_of(page, cast)).content.decode()
        assert MARKUP not in answer, page
        shown += "&lt;b id=&quot;xss&quot;&gt;" in answer

    assert shown > len(PAGES) / 2


def test_nothing_unsafe_is_allowed_anywhere():
    assert "unsafe" not in str(settings.CONTENT_SECURITY_POLICY)


def test_the_parser_sees_what_is_inside():
    page = '<p style="a" onclick="b"><script>c</script><style>d</style><a href="javascript:e">'
    assert len(Inline(page).found) == 5
