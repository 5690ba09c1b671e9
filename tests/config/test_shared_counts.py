"""Sign-in failures are counted in a table that must not forget them while they matter."""

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from config.settings import CACHES


@pytest.fixture
def counts(db):
    with override_settings(CACHES=CACHES):
        call_command("createcachetable")
        yield DatabaseCache(CACHES["default"]["LOCATION"], CACHES["default"])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE cache")


def test_a_thousand_other_names_do_not_push_a_guessed_one_out(counts):
    counts.set("allauth:a-guessed-name", [1, 2, 3])
    for number in range(1000):
        counts.set(f"zz-another-name-{number}", [1])
    assert counts.get("allauth:a-guessed-name") == [1, 2, 3]
