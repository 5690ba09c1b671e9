import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.test import Client

from accounts.hashers import EveningArgon2Hasher
from config import settings as real

HASHERS = real.PASSWORD_HASHERS
OWASP_LEAST_KIB = 19 * 1024


@pytest.fixture
def real_hashers(settings):
    settings.PASSWORD_HASHERS = HASHERS


def test_passwords_are_hashed_with_argon2id_at_owasps_strength_on_one_lane(real_hashers):
    stored = make_password("tests-only-1")
    assert stored.startswith("argon2$argon2id$")
    decoded = get_hasher("argon2").decode(stored)
    assert decoded["memory_cost"] >= OWASP_LEAST_KIB
    assert decoded["time_cost"] >= 2
    assert decoded["parallelism"] == 1


def test_the_fast_hasher_is_the_tests_own():
    assert configured.PASSWORD_HASHERS != HASHERS
    assert HASHERS[0] == "accounts.hashers.EveningArgon2Hasher"


def test_an_older_hash_is_renewed_at_the_next_sign_in(real_hashers, cast):
    cast.haruna.password = make_password("tests-only-1", hasher="pbkdf2_sha256")
    cast.haruna.save(update_fields=["password"])
    Client().post("/login/", {"login": "haruna", "password": "tests-only-1"})
    cast.haruna.refresh_from_db()
    assert isinstance(identify_hasher(cast.haruna.password), EveningArgon2Hasher)


@pytest.mark.parametrize(
    ("login", "password"),
    [("haruna", "tests-only-1"), ("haruna", "wrong-guess"), ("nobody", "wrong-guess")],
)
def test_every_attempt_costs_one_hash_known_name_or_not(
    real_hashers, cast, monkeypatch, login, password
):
    cast.haruna.set_password("tests-only-1")
    cast.haruna.save(update_fields=["password"])
    counted = []
    for name in ("encode", "verify"):
        original = getattr(EveningArgon2Hasher, name)

        def counting(self, *args, original=original, name=name, **kwargs):
            counted.append(name)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(EveningArgon2Hasher, name, counting)
    Client().post("/login/", {"login": login, "password": password})
    assert len(counted) == 1
