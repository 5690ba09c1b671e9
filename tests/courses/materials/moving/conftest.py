"""A site with its disk and a bucket, and files with their rows in either."""

import hashlib

import pytest
from django.core.files.storage import storages

from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from elearning.uploads.models import Upload, UploadState
from tests.courses.materials.moving.moves import MIB, put
from tests.servers.moto import Moto


@pytest.fixture(scope="session")
def moto():
    server = Moto()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(settings, monkeypatch, moto):
    """`site("bucket")`: the site keeps its material there from now on; at first on the disk."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    of_bucket = {
        "bucket_name": moto.make_bucket(),
        "region_name": moto.region,
        "endpoint_url": moto.url,
    }
    places = {
        "local": settings.STORAGES["default"],
        "bucket": {"BACKEND": "elearning.storage.bucket.Bucket", "OPTIONS": of_bucket},
    }

    def serves_from(place):
        settings.STORAGES = {**settings.STORAGES, **places, "default": places[place]}

    serves_from("local")
    return serves_from


@pytest.fixture
def disk(site):
    return storages["local"]


@pytest.fixture
def bucket(site):
    return storages["bucket"]


@pytest.fixture
def keep(cast, tmp_path):
    """`keep(storage, name, content, …)`: an upload with its row, and the bytes in that storage."""

    def make(storage, name="速さ.mp4", content=b"a film", **fields):
        fields = {"state": UploadState.PUBLISHED, "content_type": "video/mp4", **fields}
        upload = Upload(
            owner=cast.tanaka,
            category="video",
            name=name,
            part_size=16 * MIB,
            **{"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **fields},
        )
        upload.key = f"verified/{upload.pk}"
        upload.save()
        put(storage, upload.key, content, tmp_path)
        return upload

    return make


@pytest.fixture
def derive(tmp_path):
    """`derive(storage, upload, content)`: a poster of it."""

    def make(storage, upload, content=b"a poster"):
        made = Derivative.objects.create(
            upload=upload,
            kind=DerivativeKind.POSTER,
            state=DerivativeState.READY,
            key=f"derived/{upload.pk}/poster.webp",
            content_type="image/webp",
            size=len(content),
        )
        put(storage, made.key, content, tmp_path)
        return made

    return make
