"""Either end of a move: nothing is overwritten unseen, and one that fails is named."""

import os
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from courses.materials.moving.in_bucket import InBucket
from courses.materials.moving.places import Folder, PlaceFailed
from elearning.storage.errors import Changed
from elearning.storage.local import LocalFiles
from tests.courses.materials.moving.moves import MIB, content_of, keys, move, move_in_vain, put


@pytest.fixture(params=["this disk", "a bucket"])
def end(request, disk, bucket):
    return Folder(disk) if request.param == "this disk" else InBucket(bucket)


@pytest.fixture(params=[b"small", b"large" * 4 * MIB], ids=["small", "in parts"])
def path(request, tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(request.param)
    return path


@pytest.mark.parametrize("there", [b"", b"an old one"])
def test_what_comes_to_a_place_at_the_last_moment_stays(
    end, path, there, tmp_path, disk, bucket, monkeypatch
):
    """The look before is passed: only the condition on the write itself is left."""
    if isinstance(end, InBucket) and there:
        path.write_bytes(b"small")  # moto heeds no If-Match for parts: see the next test
    storage = disk if isinstance(end, Folder) else bucket
    if there:
        put(storage, "verified/one", there, tmp_path)
    seen = end.look("verified/one")
    meanwhile = comes_meanwhile(storage, tmp_path)
    if isinstance(end, Folder):
        monkeypatch.setattr(storage, "put", meanwhile)
    else:
        looked = end.look

        def look(key):
            found = looked(key)
            meanwhile()
            return found

        monkeypatch.setattr(end, "look", look)

    with pytest.raises(Changed):
        end.put(
            path,
            "verified/one",
            content_type="video/mp4",
            sha256="0" * 64,
            instead_of=seen,
            tell=lambda count: None,
        )
    monkeypatch.undo()
    assert content_of(storage, "verified/one") == b"of another"
    assert keys(storage) == {"verified/one"}
    if storage is disk:
        beside = Path(disk.path("verified")).iterdir()  # keys() hides temporary files
        assert [path.name for path in beside] == ["one"]
    if storage is bucket:
        assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=bucket.bucket_name)


def comes_meanwhile(storage, folder):
    """A put that somebody else's overtakes."""
    real = storage.put

    def overtaken(*arguments, **options):
        if arguments:
            real(*arguments, **options)
        other = folder / "other"
        other.write_bytes(b"of another")
        real(other, "verified/one", content_type="video/mp4")

    return overtaken


def test_an_object_is_replaced_in_parts_only_if_it_is_the_one_that_was_seen(
    bucket, keep, disk, tmp_path
):
    """moto heeds no If-Match at the end of a multipart upload; AWS does."""
    film = keep(disk, content=os.urandom(17 * MIB))
    put(bucket, film.key, b"damaged", tmp_path)
    seen = bucket.version(film.key)
    sent = []
    bucket.client.meta.events.register(
        "before-send.s3.CompleteMultipartUpload",
        lambda request, **_: sent.append(request.headers["If-Match"].decode()),
    )

    move("--to", "s3")

    assert sent == [seen]


def test_a_bucket_that_is_not_there_stops_it_with_a_sentence(bucket, disk, keep):
    keep(disk)
    bucket.client.delete_bucket(Bucket=bucket.bucket_name)

    said = move_in_vain("--to", "s3")

    assert f"the bucket {bucket.bucket_name} does not work" in said
    assert "goes on where it was" in said


def test_a_bucket_that_does_not_answer_is_said(bucket):
    def refuse(**kwargs):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    bucket.client.meta.events.register("before-send.s3.ListObjectsV2", refuse)

    with pytest.raises(PlaceFailed, match="Could not connect"):
        InBucket(bucket).reach()


def test_without_a_bucket_there_is_nothing_to_move_to(db):
    assert move_in_vain("--to", "s3").endswith("set MATERIAL_BUCKET and AWS_REGION.")


def test_a_full_disk_stops_it_with_a_sentence(disk, bucket, keep, monkeypatch, site):
    site("bucket")
    keep(bucket)

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalFiles, "put", full)

    assert "takes no file: No space left on device" in move_in_vain("--to", "local")
