"""Storages to be tested."""

from collections.abc import Iterator

import pytest

from elearning.storage.bucket import Bucket
from tests.servers.moto import Moto


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """An S3 that is quick and takes everyone at his word; tests/s3 has one that does not."""
    server = Moto()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def moto_bucket(moto, settings, monkeypatch) -> Bucket:
    """A new bucket, where the site keeps its material in this test."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    options = {
        "bucket_name": moto.make_bucket(),
        "region_name": moto.region,
        "endpoint_url": moto.url,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "elearning.storage.bucket.Bucket", "OPTIONS": options},
    }
    return Bucket(**options)
