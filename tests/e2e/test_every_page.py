"""Every page, as it stands in a real browser: accessible, within its width, without complaint."""

import pytest
from django.urls import reverse

from tests.e2e.looking import faults
from tests.pages import PAGES, PUBLIC_PAGES, name_of, path_of


@pytest.mark.parametrize("of", PAGES, ids=name_of)
def test_a_page_is_accessible_at_both_widths(of, juku, visit):
    visitor = visit()
    visitor.sign_in(of[0])

    assert faults(visitor.go(path_of(of, juku))) == []


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_is_accessible(name, juku, visit):
    assert faults(visit().go(reverse(name))) == []
