"""What teachers send, and how they see it back."""

import pytest

HTMX = {"HX-Request": "true"}


@pytest.fixture
def tanaka(cast, sign_in):
    """Tanaka's browser; the maths course is his."""
    return sign_in(cast.tanaka)


@pytest.fixture
def suzuki(cast, sign_in):
    """Suzuki's browser, once she has joined Tanaka on the maths course."""
    cast.maths.teachers.add(cast.suzuki)
    return sign_in(cast.suzuki)


@pytest.fixture
def htmx():
    """Headers of a request that asks for a fragment."""
    return HTMX
