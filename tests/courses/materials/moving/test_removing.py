"""What is removed from where it was, and what never is."""

import re

import pytest

from courses.materials.moving import copying
from tests.courses.materials.moving.moves import content_of, in_sum, keys, move, move_in_vain, put


def test_nothing_is_removed_until_told(disk, keep, derive):
    film = keep(disk)
    poster = derive(disk, film)

    move("--to", "s3")

    assert keys(disk) == {film.key, poster.key}


def test_what_is_proven_to_be_there_is_removed_when_told(
    site, disk, bucket, keep, derive, tmp_path
):
    film = keep(disk)
    poster = derive(disk, film)
    put(disk, "verified/of-nobody", b"no row names it", tmp_path)
    move("--to", "s3")
    site("bucket")

    said = move("--to", "s3", "--remove")

    assert keys(disk) == {"verified/of-nobody"}
    assert keys(bucket) == {film.key, poster.key}
    assert re.search(r"^removed: 2 files, 1 KB$", said, flags=re.MULTILINE)
    assert in_sum(move("--to", "s3", "--remove"), "nothing to remove") == 2


@pytest.mark.parametrize(("place", "to"), [("local", "s3"), ("bucket", "local")])
def test_nothing_is_removed_from_where_the_site_serves_from(site, disk, bucket, keep, place, to):
    film = keep(disk)
    move("--to", "s3")
    site(place)

    assert "still serves" in move_in_vain("--to", to, "--remove")
    assert keys(disk) == keys(bucket) == {film.key}


def test_what_is_not_there_yet_is_not_removed(site, disk, keep):
    film = keep(disk)
    site("bucket")

    said = move_in_vain("--to", "s3", "--remove")

    assert "run this without --remove first" in said
    assert keys(disk) == {film.key}


def test_what_differs_there_is_not_removed(site, disk, bucket, keep, tmp_path):
    film = keep(disk)
    move("--to", "s3")
    put(bucket, film.key, b"A FILM", tmp_path)
    site("bucket")

    said = move_in_vain("--to", "s3", "--remove")

    assert f"what the bucket {bucket.bucket_name} holds differs" in said
    assert keys(disk) == {film.key}


def test_what_changes_while_it_is_compared_is_not_removed(site, disk, keep, monkeypatch, tmp_path):
    film = keep(disk)
    move("--to", "s3")
    site("bucket")
    compare = copying._sha256_at

    def and_meanwhile(*arguments):
        sha256 = compare(*arguments)
        put(disk, film.key, b"of now", tmp_path)
        return sha256

    monkeypatch.setattr(copying, "_sha256_at", and_meanwhile)

    assert "it was changed meanwhile" in move_in_vain("--to", "s3", "--remove")
    assert content_of(disk, film.key) == b"of now"
