"""Files on this disk: shared bytes, and a machine that may stop at any moment."""

import os
import shutil
import time
from pathlib import Path

import pytest

from elearning.storage import local
from elearning.storage.errors import Changed
from elearning.storage.local import LocalFiles


@pytest.fixture
def files(tmp_path):
    return LocalFiles(location=tmp_path / "files")


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "original"
    path.write_bytes(b"print")
    return path


def below(files):
    return sorted(path.name for path in Path(files.location).rglob("*") if path.is_file())


def test_a_copy_takes_no_room(files, original):
    files.put(original, "quarantine/one", content_type="video/mp4")
    files.copy("quarantine/one", "verified/one", content_type="video/mp4")

    assert Path(files.path("quarantine/one")).samefile(files.path("verified/one"))
    assert below(files) == ["one", "one"]


def test_where_files_cannot_share_their_bytes_they_are_copied(files, original, monkeypatch):
    def refuse(path, target):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    files.put(original, "quarantine/one", content_type="video/mp4")
    version = files.version("quarantine/one")
    files.copy("quarantine/one", "verified/one", content_type="video/mp4", version=version)

    assert Path(files.path("verified/one")).read_bytes() == b"print"
    assert not Path(files.path("quarantine/one")).samefile(files.path("verified/one"))
    with pytest.raises(Changed):
        files.copy("quarantine/one", "verified/one", content_type="video/mp4", version="other")
    assert below(files) == ["one", "one"]


def test_two_files_of_one_length_and_one_moment_are_two_versions(files, original):
    files.put(original, "quarantine/one", content_type="video/mp4")
    before, moment = files.version("quarantine/one"), Path(files.path("quarantine/one")).stat()
    original.write_bytes(b"virus")
    files.put(original, "quarantine/one", content_type="video/mp4")
    os.utime(files.path("quarantine/one"), ns=(moment.st_atime_ns, moment.st_mtime_ns))

    assert files.version("quarantine/one") != before


def test_a_full_disk_leaves_what_was_there(files, original, monkeypatch):
    files.put(original, "verified/one", content_type="video/mp4")

    def fill_up(source, target):
        Path(target).write_bytes(b"pr")
        raise OSError("No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fill_up)
    with pytest.raises(OSError, match="No space left"):
        files.put(original, "verified/one", content_type="video/mp4")

    assert Path(files.path("verified/one")).read_bytes() == b"print"
    assert below(files) == ["one"]


def test_bytes_are_on_the_disk_before_they_have_the_name(files, original, monkeypatch):
    done = []
    real_sync, real_replace = local._sync, Path.replace

    def sync(path):
        done.append("folder" if path.is_dir() else "bytes")
        real_sync(path)

    def replace(path, target):
        done.append("name")
        return real_replace(path, target)

    monkeypatch.setattr(local, "_sync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    files.put(original, "verified/one", content_type="video/mp4")

    assert done == ["bytes", "name", "folder"]


def test_a_file_on_its_way_is_not_there_yet_and_one_left_behind_is_told_of(files, original):
    files.put(original, "verified/one", content_type="video/mp4")
    left_behind = Path(files.path("verified/.tmp-1"))
    left_behind.write_bytes(b"pri")
    assert [found.key for found in files.list("verified/")] == ["verified/one"]

    yesterday = time.time() - local.LEFT_OVER_AFTER - 1
    os.utime(left_behind, (yesterday, yesterday))
    assert sorted(found.key for found in files.list("verified/")) == [
        "verified/.tmp-1",
        "verified/one",
    ]


def test_there_is_no_address_but_the_applications(files):
    link = files.link("one", name="a.pdf", content_type="application/pdf", inline=True, seconds=1)
    assert link is None
