"""Names have one spelling, however they come in."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User

FIELDS = {
    "family_name": "髙橋",
    "given_name": "翔",
    "family_kana": "たかはし",
    "given_kana": "しょう",
}


@pytest.mark.parametrize("typed", ["SHO", "ｓｈｏ", " sho ", "Ｓｈｏ"])
def test_a_sign_in_name_is_stored_in_one_spelling(db, typed):
    assert User.objects.create_user(typed, **FIELDS).username == "sho"


def test_an_address_is_cleaned_into_one_spelling(db):
    person = User(username="sho", email="Sho@Example.COM ", **FIELDS)
    person.clean()
    assert person.email == "sho@example.com"


@pytest.mark.parametrize("kana", ["タカハシ", "takahashi", "高橋"])
def test_a_reading_is_hiragana(db, kana):
    person = User(username="sho", **{**FIELDS, "family_kana": kana})
    with pytest.raises(ValidationError, match="ひらがな"):
        person.full_clean(exclude=["password"])


def test_a_superuser_made_at_the_command_line_is_an_operator(db):
    person = User.objects.create_superuser("root", "tests-only-1", **FIELDS)
    assert (person.role, person.is_staff, person.is_superuser) == ("operator", True, True)
