"""A wrong value in the environment stops the boot with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_a_flag_is_on(monkeypatch, value):
    monkeypatch.setenv("HTTPS", value)
    assert env.flag("HTTPS", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "off", ""])
def test_a_flag_is_off(monkeypatch, value):
    monkeypatch.setenv("HTTPS", value)
    assert env.flag("HTTPS", default=True) is False


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match="HTTPS is 'maybe'; it must be 1 or 0"):
        env.flag("HTTPS", default=True)


@pytest.mark.parametrize("value", ["-1", "0", "many", "1.5"])
def test_a_number_that_makes_no_sense_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match=r"PORT is .* whole number of at least 1"):
        env.number("PORT", 8000, least=1)


def test_names_are_split_and_blanks_dropped(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, ,b.example,")
    assert env.names("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_choice_names_what_is_allowed(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(ImproperlyConfigured, match="one of DEBUG, INFO"):
        env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO"))


def test_the_secret_key_may_come_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text("from-the-file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    assert env.secret_key(debug=False) == "from-the-file"
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE cannot be read"):
        env.secret_key(debug=False)


def boot(**environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of its own, with this environment only."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


PRODUCTION = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "juku.example.jp"}


def test_production_boots_with_a_key_and_hosts(tmp_path):
    done = boot(**PRODUCTION, VAR_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_the_largest_file_that_s3_takes_may_be_allowed(tmp_path):
    largest = {"UPLOAD_PART_MIB": "512", "UPLOAD_MAX_VIDEO_MIB": "5120000"}
    done = boot(**PRODUCTION, **largest, VAR_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"ALLOWED_HOSTS": "a.example"}, "Set SECRET_KEY or SECRET_KEY_FILE"),
        ({"SECRET_KEY": "x" * 60}, "Set ALLOWED_HOSTS"),
        ({**PRODUCTION, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is *"),
        ({**PRODUCTION, "DEBUG": "perhaps"}, "DEBUG is 'perhaps'; it must be 1 or 0."),
        ({**PRODUCTION, "LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'; it must be one of"),
        ({**PRODUCTION, "UPLOAD_PART_MIB": "0"}, "UPLOAD_PART_MIB is '0'; it must be a whole"),
        (
            {**PRODUCTION, "UPLOAD_PART_MIB": "513"},
            "UPLOAD_PART_MIB is '513'; it must be at most 512: browsers hold a part in memory.",
        ),
        (
            {**PRODUCTION, "UPLOAD_PART_MIB": "5", "UPLOAD_MAX_VIDEO_MIB": "50001"},
            "UPLOAD_MAX_VIDEO_MIB is '50001'; it must be at most 50000: S3 takes 10,000 parts,"
            " and UPLOAD_PART_MIB is 5.",
        ),
        (
            {**PRODUCTION, "UPLOAD_MAX_DOCUMENT_MIB": "160001"},
            "UPLOAD_MAX_DOCUMENT_MIB is '160001'; it must be at most 160000: S3 takes",
        ),
        ({**PRODUCTION, "DATABASE_URL": "mongo://x"}, "DATABASE_URL is not a database address."),
        ({**PRODUCTION, "METRICS_NAMESPACE": "juku 1"}, "METRICS_NAMESPACE is 'juku 1'"),
    ],
)
def test_what_makes_no_sense_stops_the_boot(tmp_path, environment, sentence):
    done = boot(**environment, VAR_DIR=str(tmp_path))
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_manage_py_says_the_sentence_alone(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert done.stderr.splitlines() == [
        "Not started: Set SECRET_KEY or SECRET_KEY_FILE, or DEBUG=1 on your own machine."
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"WEB_THREADS": "many"},
            "Not started: WEB_THREADS is 'many'; it must be a whole number of at least 1.",
        ),
        (
            {"DEBUG": "0", "ALLOWED_HOSTS": "juku.example.jp", "SECRET_KEY": "k" * 60},
            "Not started: There are no static files in {folder}/static;"
            " run `manage.py collectstatic`.",
        ),
    ],
)
def test_gunicorn_says_the_sentence_and_does_not_begin(tmp_path, said, sentence):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **said},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert done.stderr.splitlines() == [sentence.format(folder=tmp_path)]
