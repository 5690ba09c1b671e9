import pytest
from django.urls import get_resolver, reverse

from courses.catalog import urls as catalog_urls

ADDRESSES = [(p.name, list(p.pattern.converters)) for p in catalog_urls.urlpatterns]


@pytest.fixture
def ids(cast):
    return {
        "course_id": cast.maths.pk,
        "lesson_id": cast.lesson.pk,
        "activity_id": cast.note.pk,
    }


def ask(client, name, url):
    """GET where the page answers it, POST otherwise."""
    response = client.get(url)
    return client.post(url) if response.status_code == 405 else response


@pytest.mark.parametrize(("name", "arguments"), ADDRESSES)
@pytest.mark.parametrize("who", ["haruna", "yoko"])
def test_students_and_guardians_author_nothing(cast, sign_in, ids, who, name, arguments):
    url = reverse(f"catalog:{name}", kwargs={a: ids[a] for a in arguments})

    assert ask(sign_in(getattr(cast, who)), name, url).status_code == 403


@pytest.mark.parametrize(("name", "arguments"), [a for a in ADDRESSES if a[1]])
def test_a_teacher_of_another_course_finds_nothing(cast, sign_in, ids, name, arguments):
    url = reverse(f"catalog:{name}", kwargs={a: ids[a] for a in arguments})

    assert ask(sign_in(cast.suzuki), name, url).status_code == 404


@pytest.mark.parametrize(("name", "arguments"), [a for a in ADDRESSES if a[1]])
def test_what_is_not_there_is_not_found(cast, sign_in, name, arguments):
    url = reverse(f"catalog:{name}", kwargs=dict.fromkeys(arguments, 987654321))

    assert ask(sign_in(cast.midori), name, url).status_code == 404


@pytest.mark.parametrize(
    "name", [n for n, _ in ADDRESSES if n.endswith(("delete", "restore", "state", "publish"))]
)
def test_nothing_changes_by_following_a_link(cast, tanaka, ids, name):
    pattern = dict(ADDRESSES)[name]
    url = reverse(f"catalog:{name}", kwargs={a: ids[a] for a in pattern})

    assert tanaka.get(url).status_code == 405


def test_the_addresses_are_mounted():
    assert "catalog" in get_resolver().namespace_dict
