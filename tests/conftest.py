"""Fixtures that every test may use; the people are in cast.py."""

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast, assemble


@pytest.fixture(autouse=True)
def _own_var_dir(settings, tmp_path):
    """Files of a test go to the test's own folder."""
    settings.UPLOAD_PARTS_DIR = tmp_path / "uploads"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "elearning.storage.local.LocalFiles",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


@pytest.fixture
def unheard():
    """What is logged holds what pytest itself cannot pass from one process to another."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def cast(db) -> Cast:
    """A small juku: see cast.py."""
    return assemble()


@pytest.fixture
def sign_in():
    """`sign_in(person)` gives a client that has signed in as that person."""

    def as_person(person) -> Client:
        client = Client()
        client.force_login(person, backend="accounts.backends.SignInBackend")
        return client

    return as_person
