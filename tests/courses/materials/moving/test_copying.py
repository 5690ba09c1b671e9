"""What is copied to a bucket and back, what is proven there, and what is left."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.materials.moving import copying
from courses.materials.moving.in_bucket import InBucket
from elearning.storage.errors import Changed
from elearning.storage.local import LocalFiles
from tests.courses.materials.moving.moves import (
    MIB,
    content_of,
    damage,
    in_sum,
    keys,
    move,
    move_in_vain,
    put,
)


def test_an_object_keeps_its_type_and_notes_its_sha256(disk, bucket, keep):
    film = keep(disk)
    move("--to", "s3")

    found = bucket.client.head_object(Bucket=bucket.bucket_name, Key=film.key)
    assert found["ContentType"] == "video/mp4"
    assert found["Metadata"] == {"sha256": film.sha256}
    assert found["ServerSideEncryption"] == "AES256"


def test_a_large_file_goes_in_parts_and_comes_back_the_same(site, disk, bucket, keep):
    content = os.urandom(33 * MIB + 7)
    film = keep(disk, content=content)
    move("--to", "s3")
    disk.delete(film.key)

    site("bucket")
    move("--to", "local")

    with disk.local_path(film.key) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == film.sha256


def test_a_second_run_passes_what_is_there(disk, bucket, keep, derive, monkeypatch):
    poster = derive(disk, keep(disk))
    an_hour_ago = (timezone.now() - timedelta(hours=1)).timestamp()
    os.utime(disk.path(poster.key), (an_hour_ago, an_hour_ago))
    move("--to", "s3")
    monkeypatch.setattr(InBucket, "put", None)
    monkeypatch.setattr(InBucket, "fetch", None)

    said = move("--to", "s3")

    assert in_sum(said, "already there") == 2
    assert in_sum(said, "copied") == 0


@pytest.mark.parametrize("options", [[], ["--quick"]])
def test_damaged_and_lost_files_are_named_and_the_rest_goes_on(disk, bucket, keep, cast, options):
    same_size = keep(disk, "音.mp4", b"a sound")
    damage(disk, same_size.key, b"a noise")
    cut = keep(disk, "短.mp4", b"a long film")
    damage(disk, cut.key, b"a lon")
    gone = keep(disk, "消.mp4", b"a lost film")
    disk.delete(gone.key)
    cast.video.video.upload = gone
    cast.video.video.save()
    whole = keep(disk, "全.mp4", b"a whole film")

    said = move_in_vain("--to", "s3", *options)

    assert f"{cast.maths} › {cast.lesson} › {cast.video}: 消.mp4: it is gone" in said
    assert f"not used by any activity, sent by {cast.tanaka}: 音.mp4: it is damaged" in said
    assert "短.mp4: it is damaged: 5 bytes" in said
    assert "3 could not be moved" in said
    assert keys(bucket) == {whole.key}


def test_a_poster_that_was_cut_short_is_told_with_its_film(disk, bucket, keep, derive):
    film = keep(disk)
    poster = derive(disk, film)
    damage(disk, poster.key, b"a po")

    assert "速さ.mp4 (poster): it is damaged: 4 bytes" in move_in_vain("--to", "s3")
    assert keys(bucket) == {film.key}


def test_what_was_sent_to_the_new_place_since_is_no_loss(site, disk, bucket, keep):
    site("bucket")
    film = keep(bucket)

    assert in_sum(move("--to", "s3"), "already there") == 1
    assert in_sum(move("--to", "s3", "--remove"), "nothing to remove") == 1
    assert keys(bucket) == {film.key}


def test_an_upload_that_is_damaged_there_is_sent_again(disk, bucket, keep, tmp_path):
    film = keep(disk)
    put(bucket, film.key, b"A FILM", tmp_path)

    assert in_sum(move("--to", "s3"), "copied") == 1
    assert content_of(bucket, film.key) == b"a film"


@pytest.mark.parametrize("to", ["s3", "local"])
def test_a_poster_made_anew_since_is_sent_again(site, disk, bucket, keep, derive, to, tmp_path):
    source, target = (disk, bucket) if to == "s3" else (bucket, disk)
    site("local" if to == "s3" else "bucket")
    poster = derive(source, keep(source))
    move("--to", to)
    age(source, target, poster.key, older=target)
    put(source, poster.key, b"A POSTER", tmp_path)

    assert in_sum(move("--to", to), "copied") == 1
    assert content_of(target, poster.key) == b"A POSTER"


@pytest.mark.parametrize("to", ["s3", "local"])
def test_a_newer_poster_there_is_never_overwritten(site, disk, bucket, keep, derive, to, tmp_path):
    source, target = (disk, bucket) if to == "s3" else (bucket, disk)
    poster = derive(source, keep(source))
    move("--to", to)
    put(target, poster.key, b"A POSTER", tmp_path)
    age(source, target, poster.key, older=source)

    assert in_sum(move("--to", to), "newer there, and left so") == 1
    assert content_of(target, poster.key) == b"A POSTER"


def age(source, target, key, *, older):
    """On the disk of the two, an hour older, or an hour younger, than in the bucket."""
    disk, sign = (older, -1) if isinstance(older, LocalFiles) else (None, 1)
    disk = disk or next(each for each in (source, target) if isinstance(each, LocalFiles))
    when = (timezone.now() + sign * timedelta(hours=1)).timestamp()
    os.utime(disk.path(key), (when, when))


def test_a_write_whose_answer_was_lost_is_taken_for_what_it_is(disk, bucket, keep, monkeypatch):
    """boto3 sends it once more then, and is told that something is there: our own."""
    film = keep(disk)
    real = InBucket.put

    def answered_late(*arguments, **options):
        real(*arguments, **options)
        raise Changed

    monkeypatch.setattr(InBucket, "put", answered_late)

    assert in_sum(move("--to", "s3"), "copied") == 1
    assert content_of(bucket, film.key) == b"a film"


def test_what_does_not_arrive_as_it_was_sent_does_not_stay(
    disk, bucket, keep, monkeypatch, tmp_path
):
    keep(disk)
    real = InBucket.put

    def spoil(end, path, key, **options):
        path = tmp_path / "spoilt"
        path.write_bytes(b"a fiLm")
        real(end, path, key, **options)

    monkeypatch.setattr(InBucket, "put", spoil)

    assert "it did not arrive whole" in move_in_vain("--to", "s3")
    assert keys(bucket) == set()


@pytest.mark.parametrize("to", ["s3", "local"])
def test_broken_off_in_the_middle_it_goes_on_where_it_was(
    site, disk, bucket, keep, monkeypatch, to
):
    source, target = (disk, bucket) if to == "s3" else (bucket, disk)
    files = [keep(source, f"{n}.mp4", os.urandom(20 * MIB if n == 2 else 9)) for n in range(4)]
    real = copying.sha256_of
    read = []

    def stop_at_the_third(path, tell):
        read.append(path)
        if len(read) == 5:  # Each is read here and there.
            raise KeyboardInterrupt
        return real(path, tell)

    monkeypatch.setattr(copying, "sha256_of", stop_at_the_third)
    assert "Stopped. Run it again" in move_in_vain("--to", to)
    monkeypatch.setattr(copying, "sha256_of", real)
    assert len(keys(target)) == 2

    said = move("--to", to)

    assert (in_sum(said, "already there"), in_sum(said, "copied")) == (2, 2)
    for file in files:
        with target.local_path(file.key) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
