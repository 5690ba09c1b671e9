"""What every place for material does, on this disk and in a bucket alike."""

import datetime

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.utils import timezone

from elearning.storage.bucket import Bucket
from elearning.storage.errors import Changed, StoreRefuses
from elearning.storage.local import LocalFiles


@pytest.fixture(params=["this disk", "a bucket"])
def place(request, tmp_path):
    """An empty MaterialStorage."""
    if request.param == "this disk":
        return LocalFiles(location=tmp_path / "files")
    return request.getfixturevalue("moto_bucket")


@pytest.fixture
def put(place, tmp_path):
    """`put("key", b"bytes")` keeps these bytes under the key."""

    def keep(key, content, content_type="application/pdf"):
        path = tmp_path / "original"
        path.write_bytes(content)
        place.put(path, key, content_type=content_type)

    return keep


@pytest.fixture
def wrong_place(place, moto, tmp_path):
    """The same, but where nothing is."""
    if isinstance(place, LocalFiles):
        return LocalFiles(location=tmp_path / "typo")
    return Bucket(bucket_name="typo", region_name=moto.region, endpoint_url=moto.url)


def read(place, key):
    with place.open(key) as file:
        return file.read()


def keys(place, prefix=""):
    return sorted(found.key for found in place.list(prefix))


def test_a_place_that_is_there_says_so(place, put):
    put("verified/one", b"print")
    place.check()


def test_a_place_that_is_not_there_refuses_and_is_named(wrong_place):
    assert not wrong_place.exists("verified/one")
    with pytest.raises(StoreRefuses, match="typo"):
        wrong_place.check()


def test_what_was_put_is_there(place, put):
    put("verified/one", b"print")

    assert read(place, "verified/one") == b"print"
    assert place.exists("verified/one")
    assert place.size("verified/one") == 5
    age = timezone.now() - place.get_modified_time("verified/one")
    assert abs(age) < datetime.timedelta(minutes=1)


def test_the_original_of_what_was_put_is_left_alone(place, put, tmp_path):
    put("verified/one", b"print")
    (tmp_path / "original").write_bytes(b"another")

    assert read(place, "verified/one") == b"print"


def test_what_is_put_replaces_what_was_there(place, put):
    put("verified/one", b"a long first edition")
    put("verified/one", b"second")

    assert read(place, "verified/one") == b"second"
    assert keys(place) == ["verified/one"]


def test_a_put_that_fails_changes_nothing(place, put, tmp_path):
    put("verified/one", b"print")
    with pytest.raises(FileNotFoundError):
        place.put(tmp_path / "none", "verified/one", content_type="application/pdf")
    with pytest.raises(FileNotFoundError):
        place.put(tmp_path / "none", "verified/two", content_type="application/pdf")

    assert read(place, "verified/one") == b"print"
    assert keys(place) == ["verified/one"]


def test_a_file_is_on_this_disk_while_it_is_wanted_there(place, put):
    put("verified/one", b"print")
    with place.local_path("verified/one") as path:
        assert path.read_bytes() == b"print"

    assert keys(place) == ["verified/one"]


@pytest.mark.parametrize("method", ["open", "size", "version", "get_modified_time"])
def test_what_is_not_there_is_not_found(place, method):
    with pytest.raises(FileNotFoundError):
        getattr(place, method)("verified/none")
    assert not place.exists("verified/none")


def test_nothing_is_fetched_of_what_is_not_there(place):
    with pytest.raises(FileNotFoundError), place.local_path("verified/none"):
        pytest.fail("there is no such file")


def test_what_is_deleted_is_gone_and_once_more_is_fine(place, put):
    put("verified/one", b"print")
    place.delete("verified/one")
    place.delete("verified/one")

    assert not place.exists("verified/one")


def test_a_copy_stands_by_itself(place, put):
    put("quarantine/one", b"print")
    place.copy("quarantine/one", "verified/one", content_type="application/pdf")
    assert read(place, "quarantine/one") == b"print"

    put("quarantine/one", b"another")
    assert read(place, "verified/one") == b"print"
    place.delete("quarantine/one")
    assert read(place, "verified/one") == b"print"


def test_a_copy_replaces_what_was_there(place, put):
    put("verified/one", b"the first edition")
    put("quarantine/one", b"second")
    place.copy("quarantine/one", "verified/one", content_type="application/pdf")

    assert read(place, "verified/one") == b"second"


def test_a_copy_onto_a_copy_leaves_nothing_behind(place, put):
    put("quarantine/one", b"print")
    for _ in range(2):
        place.copy("quarantine/one", "verified/one", content_type="application/pdf")
    place.copy("verified/one", "verified/one", content_type="application/pdf")

    assert read(place, "verified/one") == b"print"
    assert keys(place) == ["quarantine/one", "verified/one"]


def test_what_is_gone_is_not_copied(place, put):
    put("verified/one", b"print")
    with pytest.raises(FileNotFoundError):
        place.copy("quarantine/one", "verified/one", content_type="application/pdf")

    assert read(place, "verified/one") == b"print"


def test_what_was_looked_into_is_what_is_copied(place, put):
    put("quarantine/one", b"print")
    version = place.version("quarantine/one")
    assert place.version("quarantine/one") == version
    place.copy("quarantine/one", "verified/one", content_type="application/pdf", version=version)
    assert read(place, "verified/one") == b"print"

    put("quarantine/one", b"virus")
    with pytest.raises(Changed):
        place.copy(
            "quarantine/one", "verified/one", content_type="application/pdf", version=version
        )
    assert read(place, "verified/one") == b"print"
    assert keys(place) == ["quarantine/one", "verified/one"]


def test_files_are_listed_by_the_beginning_of_their_keys(place, put):
    for key in ("verified/ab1", "verified/ab2", "verified/b", "derived/ab1/poster.webp"):
        put(key, b"12345")

    assert keys(place, "verified/") == ["verified/ab1", "verified/ab2", "verified/b"]
    assert keys(place, "verified/ab") == ["verified/ab1", "verified/ab2"]
    assert keys(place, "derived/ab1/") == ["derived/ab1/poster.webp"]
    assert len(keys(place)) == 4
    assert keys(place, "none/") == []


def test_a_listed_file_tells_its_size_and_its_age(place, put):
    put("verified/one", b"12345")
    [found] = place.list("verified/")

    assert found.size == 5
    assert abs(timezone.now() - found.modified) < datetime.timedelta(minutes=1)


@pytest.mark.parametrize("key", ["../secret", "verified/../../secret"])
def test_no_key_leads_out(place, put, key):
    put("verified/one", b"print")
    with pytest.raises(SuspiciousOperation):
        put(key, b"print")
    with pytest.raises(SuspiciousOperation):
        place.copy("verified/one", key, content_type="application/pdf")
    with pytest.raises(SuspiciousOperation):
        place.size(key)


def test_djangos_own_way_to_save_works_too(place):
    key = place.save("verified/one", ContentFile(b"print"))

    assert read(place, key) == b"print"
    # A name that is taken is not taken over.
    assert place.save("verified/one", ContentFile(b"other")) != key
