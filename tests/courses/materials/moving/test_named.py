"""Which files are moved: those that rows name."""

from courses.materials.moving import named
from elearning.uploads.models import Upload, UploadState
from tests.courses.materials.moving.moves import content_of, in_sum, keys, move, put


def test_what_rows_name_comes_to_the_bucket_and_nothing_else_does(
    disk, bucket, keep, derive, tmp_path
):
    film = keep(disk)
    poster = derive(disk, film)
    refused = keep(disk, "x.mp4", b"refused", state=UploadState.REJECTED, sha256="", size=9)
    put(disk, "verified/of-nobody", b"no row names it", tmp_path)
    keep(disk, "y.mp4", b"half", state=UploadState.UPLOADED)

    said = move("--to", "s3")

    assert keys(bucket) == {film.key, poster.key, refused.key}
    assert content_of(bucket, film.key) == b"a film"
    assert content_of(bucket, poster.key) == b"a poster"
    assert in_sum(said, "copied") == 3
    assert "uploads under way: 1, not moved" in said


def test_a_file_whose_row_went_meanwhile_is_nobodys_fault(disk, keep, monkeypatch):
    keep(disk)
    names = list(named.named_files())
    monkeypatch.setattr(
        "courses.materials.management.commands.move_materials.named_files", lambda: names
    )
    disk.delete(names[0].key)
    Upload.objects.all().delete()

    assert in_sum(move("--to", "s3"), "copied") == 0


def test_thousands_of_rows_are_read_page_by_page(keep, disk, monkeypatch):
    monkeypatch.setattr(named, "ROWS_AT_ONCE", 2)
    uploads = {keep(disk, f"{n}.mp4").key for n in range(5)}

    found = [file.key for file in named.named_files()]

    assert len(found) == 5
    assert set(found) == uploads
