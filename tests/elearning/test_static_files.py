"""Static files: the maths font from its package, nothing made up, modules that find each other."""

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings


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
