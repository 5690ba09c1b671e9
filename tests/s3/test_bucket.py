"""A bucket on a real S3: large files, whole or not at all, and only what was meant."""

import os

import pytest
from boto3.s3.transfer import TransferConfig

from elearning.storage import bucket as bucket_module
from elearning.storage.bucket import MIB
from elearning.storage.current import material_storage
from elearning.storage.errors import Changed, StoreUnavailable, unavailable_said

SIZE = 20 * MIB + 1


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "original"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def in_parts(monkeypatch):
    """What is larger than 6 MiB is copied in parts of 5, one after the other."""
    small = TransferConfig(
        multipart_threshold=6 * MIB, multipart_chunksize=5 * MIB, use_threads=False
    )
    monkeypatch.setattr(bucket_module, "_COPYING", small)


@pytest.fixture
def quarantined(original):
    material_storage().put(original, "quarantine/one", content_type="application/octet-stream")
    return "quarantine/one"


def test_a_large_file_arrives_whole(original, quarantined):
    storage = material_storage()

    assert storage.size(quarantined) == SIZE
    with storage.local_path(quarantined) as path:
        assert path.read_bytes() == original.read_bytes()


@pytest.mark.parametrize("how", ["at once", "in parts"])
def test_a_copy_is_the_file_with_its_new_type(request, bucket, gateway, quarantined, original, how):
    if how == "in parts":
        request.getfixturevalue("in_parts")
    storage = material_storage()
    version = storage.version(quarantined)
    storage.copy(quarantined, "verified/one", content_type="video/mp4", version=version)

    found = gateway.client().get_object(Bucket=bucket, Key="verified/one")
    assert found["ContentType"] == "video/mp4"
    assert found["Body"].read() == original.read_bytes()
    # Copied in five parts, the object's ETag says so.
    assert found["ETag"].endswith('-5"') == (how == "in parts")


@pytest.mark.parametrize("how", ["at once", "in parts"])
def test_a_file_that_was_replaced_after_the_look_into_it_is_not_copied(request, quarantined, how):
    if how == "in parts":
        request.getfixturevalue("in_parts")
    storage = material_storage()
    version = storage.version(quarantined)
    storage.client.put_object(Bucket=storage.bucket_name, Key=quarantined, Body=b"virus")

    with pytest.raises(Changed):
        storage.copy(quarantined, "verified/one", content_type="video/mp4", version=version)
    assert not storage.exists("verified/one")


@pytest.mark.usefixtures("in_parts")
def test_a_file_that_is_replaced_between_two_parts_is_told_of(bucket, gateway, quarantined):
    storage = material_storage()
    version = storage.version(quarantined)
    stranger = gateway.client()
    asked = []

    def replace(**_):
        asked.append(1)
        if len(asked) == 3:
            stranger.put_object(Bucket=bucket, Key=quarantined, Body=os.urandom(SIZE))

    storage.client.meta.events.register("before-call.s3.UploadPartCopy", replace)
    with pytest.raises(Changed):
        storage.copy(quarantined, "verified/one", content_type="video/mp4", version=version)

    assert len(asked) >= 3


def test_a_file_whose_way_is_cut_is_not_there(original, cut):
    storage = material_storage()
    cut.refuse()
    with pytest.raises(StoreUnavailable), unavailable_said():
        storage.put(original, "verified/one", content_type="video/mp4")
    cut.reset()

    assert not storage.exists("verified/one")
    storage.put(original, "verified/one", content_type="video/mp4")
    assert storage.size("verified/one") == SIZE


def test_more_files_than_fit_one_answer_are_listed(bucket, gateway):
    client = gateway.client()
    for number in range(7):
        client.put_object(Bucket=bucket, Key=f"verified/{number}", Body=b"x")
    storage = material_storage()
    # The store decides how many it tells at once; here we ask for less than there are.
    storage.client.meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: {**params, "MaxKeys": 3}
    )

    assert sorted(found.key for found in storage.list("verified/")) == [
        f"verified/{number}" for number in range(7)
    ]
