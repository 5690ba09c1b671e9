"""Those who work in the office, signed in."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Role
from tests.cast import person


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.midori)


@pytest.fixture
def clerk(cast, sign_in):
    """Works in the office with rights on people, and is no superuser."""
    made = person("clerk", "事務", "花", "じむ はな", Role.OPERATOR, is_staff=True)
    made.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return sign_in(made)
