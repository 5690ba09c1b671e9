"""Material there and back on a real S3: the same bytes, wherever it is broken off."""

import hashlib
import os

import pytest
from django.core.files.storage import storages

from elearning.uploads.models import Upload, UploadState
from tests.courses.materials.moving.moves import MIB, keys, move, move_in_vain, put


@pytest.fixture
def site(settings, bucket, tmp_path):
    """`site("bucket")`: the site keeps its material there from now on; at first on the disk."""
    places = {
        "local": {
            "BACKEND": "elearning.storage.local.LocalFiles",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
        "bucket": settings.STORAGES["default"],
    }

    def serves_from(place):
        settings.STORAGES = {**settings.STORAGES, **places, "default": places[place]}

    serves_from("local")
    return serves_from


@pytest.fixture
def keep(site, cast, tmp_path):
    """`keep(content)`: an upload on this disk, with its row."""

    def make(content, name="速さ.mp4"):
        upload = Upload(
            owner=cast.tanaka,
            category="video",
            name=name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            part_size=16 * MIB,
            state=UploadState.PUBLISHED,
            content_type="video/mp4",
        )
        upload.key = f"verified/{upload.pk}"
        upload.save()
        put(storages["local"], upload.key, content, tmp_path)
        return upload

    return make


def sha256_in(place, upload):
    with storages[place].local_path(upload.key) as path:
        return hashlib.sha256(path.read_bytes()).hexdigest()


def at_the_second(operation, do):
    """Once the client of the bucket sends its second request of that kind."""
    sent = []

    def count(**kwargs):
        sent.append(operation)
        if len(sent) == 2:
            do()

    storages["bucket"].client.meta.events.register(f"before-send.s3.{operation}", count)


def test_there_and_back_the_same(site, keep):
    uploads = [keep(os.urandom(size)) for size in (1, 5 * MIB, 40 * MIB + 3)]
    names = {upload.key for upload in uploads}

    move("--to", "s3")
    assert [sha256_in("bucket", each) for each in uploads] == [each.sha256 for each in uploads]
    assert keys(storages["local"]) == names
    site("bucket")
    move("--to", "s3", "--remove")
    assert keys(storages["local"]) == set()

    move("--to", "local")
    assert [sha256_in("local", each) for each in uploads] == [each.sha256 for each in uploads]
    assert keys(storages["bucket"]) == names
    site("local")
    move("--to", "local", "--remove")
    assert keys(storages["bucket"]) == set()


@pytest.mark.parametrize(
    ("to", "operation"), [("s3", "UploadPart"), ("local", "GetObject")], ids=["there", "back"]
)
def test_a_large_file_broken_off_leaves_nothing_half_and_is_moved_the_next_time(
    site, keep, cut, to, operation
):
    film = keep(os.urandom(70 * MIB))
    target = "bucket" if to == "s3" else "local"
    if to == "local":
        move("--to", "s3")
        site("bucket")
        move("--to", "s3", "--remove")
    at_the_second(operation, cut.refuse)

    assert "goes on where it was" in move_in_vain("--to", to)
    cut.accept()
    assert keys(storages[target]) == set()

    assert "copied: 1 files" in move("--to", to)
    assert sha256_in(target, film) == film.sha256


def test_a_damaged_file_is_told_and_stays(site, keep):
    good, bad = keep(b"good"), keep(b"bad", "音.mp4")
    with storages["local"].local_path(bad.key) as path:
        path.write_bytes(b"BAD")

    assert "音.mp4: it is damaged" in move_in_vain("--to", "s3")
    assert keys(storages["bucket"]) == {good.key}
    site("bucket")
    assert "1 could not be removed" in move_in_vain("--to", "s3", "--remove")
    assert keys(storages["local"]) == {bad.key}


def test_a_file_damaged_in_the_bucket_is_told_on_the_way_back(site, keep, tmp_path):
    good, bad = keep(b"good"), keep(b"bad", "音.mp4")
    move("--to", "s3")
    site("bucket")
    move("--to", "s3", "--remove")
    put(storages["bucket"], bad.key, b"BAD", tmp_path)

    assert "音.mp4: it is damaged" in move_in_vain("--to", "local")
    assert keys(storages["local"]) == {good.key}


@pytest.mark.parametrize(("place", "to"), [("local", "s3"), ("bucket", "local")])
def test_nothing_is_removed_from_where_the_site_serves_from(site, keep, place, to):
    film = keep(b"a film")
    move("--to", "s3")
    site(place)

    assert "still serves" in move_in_vain("--to", to, "--remove")
    assert keys(storages["local"]) == keys(storages["bucket"]) == {film.key}


def test_what_is_there_is_not_sent_again(site, keep):
    film = keep(b"a film")
    move("--to", "s3")
    first = storages["bucket"].get_modified_time(film.key)

    assert "already there: 1 files" in move("--to", "s3")
    assert storages["bucket"].get_modified_time(film.key) == first
