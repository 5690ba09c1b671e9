"""Pages are written in Japanese; the English beside them is complete."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField

from tests.pages import PAGES, name_of, path_of

ROOT = Path(settings.BASE_DIR)
ENGLISH = ROOT / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々、。「」（）：・]")


def catalogue(path: Path):
    with path.open("rb") as file:
        return read_po(file, locale="en")


def test_every_message_has_its_english():
    missing = [
        message.id
        for message in catalogue(ENGLISH)
        if message.id and (message.fuzzy or not all(_strings(message)))
    ]

    assert missing == []


def _strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_placeholders_survive_translation():
    broken = [
        message.id
        for message in catalogue(ENGLISH)
        if isinstance(message.id, str)
        and set(re.findall(r"%\(\w+\)[sd]", message.id))
        != set(re.findall(r"%\(\w+\)[sd]", message.string))
    ]

    assert broken == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="no gettext on this machine")
def test_the_catalogue_holds_every_message_of_the_code(tmp_path):
    for folder in ("config", "courses", "accounts", "elearning"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.mo"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "en", "--no-obsolete"],
        cwd=tmp_path,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
        capture_output=True,
    )
    fresh = catalogue(tmp_path / ENGLISH.relative_to(ROOT))

    known = {(message.context, message.id) for message in catalogue(ENGLISH)}
    assert [m.id for m in fresh if m.id and (m.context, m.id) not in known] == []


def test_scripts_hold_no_words_of_their_own():
    scripts = [p for p in ROOT.glob("**/static/**/*.js") if ".venv" not in p.parts]

    spoken = [
        path.name
        for path in scripts
        if "var" not in path.parts
        and JAPANESE.search(re.sub(r"//.*|/\*[\s\S]*?\*/", "", path.read_text()))
    ]

    assert spoken == []


def entrusted_words() -> list[str]:
    """What people themselves wrote, which no catalogue translates; longest first."""
    words = {settings.SCHOOL_NAME, "日本語", "学"}  # the last is the mark of the house
    for model in apps.get_models():
        fields = [f.attname for f in model._meta.fields if isinstance(f, CharField | TextField)]
        for row in model._default_manager.values_list(*fields) if fields else []:
            words |= {value for value in row if isinstance(value, str) and JAPANESE.search(value)}
    names = settings.AUTH_USER_MODEL and apps.get_model(settings.AUTH_USER_MODEL).objects.all()
    words |= {name[0] for name in names.values_list("family_name", flat=True)}
    return sorted(words, key=len, reverse=True)


@pytest.mark.parametrize("of", PAGES, ids=name_of)
def test_a_page_in_english_speaks_english_only(of, cast, sign_in):
    person = getattr(cast, of[0])
    person.language = "en"
    person.save(update_fields=["language"])

    page = sign_in(person).get(path_of(of, cast)).content.decode()

    for words in entrusted_words():
        page = page.replace(words, "")
    page = re.sub(r"<!--[\s\S]*?-->", "", page)
    left = [line.strip() for line in page.splitlines() if JAPANESE.search(line)]
    assert left == []
