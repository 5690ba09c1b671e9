"""Static files: the maths font from its package, nothing made up, modules that find each other,
and pages of another release."""

import gzip

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse
from django.test import override_settings

from elearning.static_middleware import StaticFilesMiddleware


def test_the_maths_font_is_served_from_its_package():
    path = finders.find("fonts/STIXTwoMath-Regular.ttf")

    assert path is not None
    assert path.endswith("STIXTwoMath-Regular.ttf")


def test_a_file_that_is_not_there_is_not_found(client, db):
    assert finders.find("fonts/none.ttf") is None
    assert client.get("/static/none.css").status_code in (302, 404)


def test_our_own_static_files_can_be_hashed_for_production(tmp_path, settings):
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "elearning.static_storage.HashedStaticStorage"},
    }
    slow = ["css", "js", "svg", "ttf"]
    with override_settings(
        STATIC_ROOT=tmp_path, STORAGES=storages, WHITENOISE_SKIP_COMPRESS_EXTENSIONS=slow
    ):
        call_command(
            "collectstatic",
            interactive=False,
            verbosity=0,
            ignore_patterns=["admin", "django_htmx", "mfa", "account"],
        )

    upload = next(tmp_path.glob("elearning/js/upload.*.js")).read_text()
    assert "./http.js" not in upload
    assert (tmp_path / "staticfiles.json").exists()


PAGE = "elearning/page.css"


@pytest.fixture
def collect(tmp_path, settings):
    """Collects one style sheet of this content, as an image does it; gives its hashed address."""

    def collect(content):
        source = tmp_path / "source"
        (source / "elearning").mkdir(parents=True, exist_ok=True)
        (source / PAGE).write_text(content)
        (source / "elearning/other.css").write_text(f"/* beside {content} */")
        settings.STATICFILES_DIRS = [source]
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        settings.STATIC_ROOT = tmp_path / "collected"
        settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "elearning.static_storage.HashedStaticStorage"},
        }
        finders.get_finder.cache_clear()
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        return staticfiles_storage.url(PAGE)

    yield collect
    finders.get_finder.cache_clear()


@pytest.fixture
def ask(rf):
    """Asks the middleware of a process that begins now for an address."""

    def ask(address, method="get", **headers):
        beyond = HttpResponse("beyond", status=418)
        response = StaticFilesMiddleware(lambda request: beyond)(
            getattr(rf, method)(address, headers=headers)
        )
        response.body = b"".join(response)
        return response

    return ask


def test_a_file_under_its_own_hash_is_kept_by_the_browser_for_good(collect, ask):
    response = ask(collect("ours"))

    assert response.body == b"ours"
    assert "immutable" in response["Cache-Control"]
    assert response["ETag"]


def test_a_page_of_another_release_gets_our_version_which_is_not_kept(collect, ask):
    theirs = collect("theirs")
    ours = collect("ours")
    assert theirs != ours

    response = ask(theirs)

    assert (response.status_code, response.body) == (200, b"ours")
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"].startswith("text/css")
    assert not response.has_header("ETag")
    assert not response.has_header("Last-Modified")
    assert ask(theirs, "head").status_code == 200


def test_our_version_comes_compressed_too(collect, ask):
    theirs = collect("theirs")
    collect("body { margin: 0 }\n" * 100)

    response = ask(theirs, **{"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.body).startswith(b"body { margin")
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/static/elearning/none.0123456789ab.css",
        "/static/elearning/page.0123.css",
        "/static/elearning/page.0123456789ab.js",
        "/static/../elearning/page.0123456789ab.css",
        "/elearning/page.0123456789ab.css",
        "/static/.0123456789ab.css",
    ],
)
def test_what_we_have_no_version_of_goes_on_to_the_application(collect, ask, address):
    collect("ours")

    assert ask(address).status_code == 418
