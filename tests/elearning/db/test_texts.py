"""Whatever is in a text, the database takes it."""

import pytest

from elearning.db.texts import MOST, storable


@pytest.mark.parametrize(
    ("text", "stored"),
    [("陽菜 😀\n", "陽菜 😀\n"), ("a\0b", "a\\x00b"), ("\udc80", "\\udc80"), ("", "")],
)
def test_only_what_cannot_be_stored_is_spelt_out(text, stored):
    assert storable(text) == stored


def test_of_a_long_one_the_end_is_kept():
    assert storable("x" * MOST + "end") == "x" * (MOST - 3) + "end"
