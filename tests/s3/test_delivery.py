"""Files down from a real S3: what a signed address opens, for whom, how long, and nothing else."""

import logging
import time
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import pytest
import requests
from django.urls import reverse

from courses.materials.queries import file_url
from elearning.storage.current import material_storage
from elearning.storage.presentation import LONGEST_STEM
from tests.shelf import FILES, put

PRINT = FILES / "maths.pdf"
FILM = FILES / "maths.mp4"
LONGEST_NAME = "速" * 251 + ".mp4"


@pytest.fixture
def film(cast):
    """A published film on the video of Class A's course."""
    return put(cast.video, FILM, cast.tanaka, duration_seconds=39.3)


@pytest.fixture
def link(film):
    """`link(seconds=…, name=…)` is a signed address of the film."""

    def make(seconds=300, name="速さの問題 第1回.mp4"):
        return material_storage().link(
            film.key, name=name, content_type="video/mp4", inline=True, seconds=seconds
        )

    return make


def get(address, **headers):
    return requests.get(address, headers=headers, timeout=30)


def changed(address: str, **parameters: str) -> str:
    """The address with other parameters in its query; "" leaves one out."""
    parts = urlsplit(address)
    query = {name: value for name, [value] in parse_qs(parts.query).items()}
    query = {name: value for name, value in {**query, **parameters}.items() if value}
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def test_a_student_is_led_to_the_whole_file(cast, sign_in, film):
    answer = sign_in(cast.haruna).get(file_url(film))
    assert answer.status_code == 302

    file = get(answer["Location"])
    assert file.status_code == 200
    assert file.content == FILM.read_bytes()
    assert file.headers["Content-Type"] == "video/mp4"
    assert file.headers["Content-Disposition"] == 'inline; filename="maths.mp4"'
    assert file.headers["Cache-Control"] == "private, max-age=300"


def test_a_player_gets_the_range_that_it_asks_for(link):
    file = get(link(), Range="bytes=1000-1999")

    assert file.status_code == 206
    assert file.headers["Content-Range"] == f"bytes 1000-1999/{FILM.stat().st_size}"
    assert file.content == FILM.read_bytes()[1000:2000]


@pytest.mark.parametrize("name", ["速さの問題 第1回（髙﨑）.mp4", 'a"b;c=d&e+f.mp4'])
def test_names_arrive_as_they_are(link, name):
    file = get(link(name=name))

    assert file.status_code == 200
    told = file.headers["Content-Disposition"]
    assert quote(name) in told or name.replace('"', r"\"") in told


def test_the_longest_name_arrives_cut_and_with_its_ending(link):
    file = get(link(name=LONGEST_NAME))

    assert file.status_code == 200
    cut = LONGEST_NAME[:LONGEST_STEM] + ".mp4"
    assert file.headers["Content-Disposition"].endswith(f"''{quote(cut)}")


@pytest.mark.parametrize(
    "parameters",
    [
        {"response-content-disposition": "attachment"},
        {"response-content-type": "text/html"},
        {"X-Amz-Expires": "86400"},
        {"X-Amz-Date": "20300101T000000Z"},
        {"X-Amz-Signature": "0" * 64},
        {"X-Amz-Signature": ""},
    ],
    ids=lambda parameters: next(f"{name}={value}" for name, value in parameters.items()),
)
def test_an_address_that_was_changed_opens_nothing(link, parameters):
    # It is the change that is refused, not that the address was taken apart.
    assert get(changed(link())).status_code == 200
    assert get(changed(link(), **parameters)).status_code == 403


def test_an_address_opens_no_other_file(cast, link, film):
    other = put(cast.document, PRINT, cast.tanaka)

    assert get(link().replace(film.key, other.key)).status_code == 403


def test_nothing_opens_without_a_signature(link):
    assert get(link().partition("?")[0]).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "HEAD"])
def test_an_address_only_reads(link, film, method):
    assert requests.request(method, link(), data=b"", timeout=30).status_code in (403, 405)
    assert material_storage().size(film.key) == FILM.stat().st_size


def test_an_address_is_refused_once_its_time_is_over(link):
    short, long = link(seconds=2), link(seconds=300)
    assert get(short).status_code == 200

    give_up = time.monotonic() + 30
    while get(short).status_code == 200 and time.monotonic() < give_up:
        time.sleep(0.2)
    assert get(short).status_code == 403
    assert get(long).status_code == 200


@pytest.mark.parametrize(
    ("person", "code"),
    [("haruna", 302), ("sota", 404), ("yoko", 404), ("tanaka", 302), ("suzuki", 404)],
)
def test_only_who_may_open_the_activity_is_led_there(cast, sign_in, film, person, code):
    answer = sign_in(getattr(cast, person)).get(file_url(film))

    assert answer.status_code == code
    assert ("Location" in answer) == (code == 302)


def test_who_is_not_signed_in_is_led_to_the_sign_in(client, film):
    assert reverse("account_login") in client.get(file_url(film))["Location"]


def test_a_films_address_outlives_the_film_and_a_prints_does_not_live_long(cast, sign_in, film):
    papers = put(cast.document, PRINT, cast.tanaka)
    client = sign_in(cast.haruna)
    seconds = [
        parse_qs(urlsplit(client.get(file_url(upload))["Location"]).query)["X-Amz-Expires"]
        for upload in (film, papers)
    ]

    assert seconds == [[str(39 + 1800)], ["300"]]


def test_no_page_and_no_log_holds_a_signed_address(cast, sign_in, film, caplog):
    put(cast.document, PRINT, cast.tanaka)
    caplog.set_level(logging.DEBUG)
    # As the site's settings have it: tests/config/test_storages.py.
    for library in ("botocore", "urllib3"):
        caplog.set_level(logging.INFO, library)

    student, teacher = sign_in(cast.haruna), sign_in(cast.tanaka)
    assert student.get(file_url(film)).status_code == 302
    pages = [
        student.get(reverse("learning:activity", args=[cast.video.pk])),
        student.get(reverse("learning:activity", args=[cast.document.pk])),
        teacher.get(reverse("catalog:activity", args=[cast.video.pk])),
        teacher.get(reverse("catalog:activity", args=[cast.document.pk])),
    ]

    for page in pages:
        assert page.status_code == 200
        assert file_url(film).encode() in page.content or b"/files/" in page.content
        assert b"X-Amz-" not in page.content
    assert "X-Amz-" not in caplog.text
    assert "Signature" not in caplog.text
