"""Material to a bucket and back: what is copied, what is proven, and what is never removed."""

import hashlib
import os
import re
from datetime import timedelta
from io import StringIO

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from courses.materials.moving import copying, named
from courses.materials.moving.in_bucket import InBucket
from courses.materials.moving.places import Folder, PlaceFailed
from courses.materials.moving.progress import Progress, duration
from elearning.storage.errors import Changed
from elearning.storage.local import LocalFiles
from elearning.uploads.models import Upload, UploadState
from tests.servers.moto import Moto

MIB = 1024 * 1024


@pytest.fixture(scope="module")
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


def put(storage, key, content, folder):
    path = folder / "to-be-put"
    path.write_bytes(content)
    storage.put(path, key, content_type="video/mp4")


def content_of(storage, key):
    with storage.local_path(key) as path:
        return path.read_bytes()


def keys(storage):
    return {stored.key for stored in storage.list("")}


def damage(disk, key, content):
    """Other bytes in the very file, as a failing disk would have them."""
    with disk.local_path(key) as path:
        path.write_bytes(content)


def move(*options):
    """What was said, and what was complained of; complaints that ended it are raised."""
    out, err = StringIO(), StringIO()
    call_command("move_materials", *options, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def move_in_vain(*options):
    """The same where it must not succeed: all that was said."""
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("move_materials", *options, stdout=out, stderr=err)
    assert failure.value.returncode == 1
    return f"{out.getvalue()}{err.getvalue()}{failure.value}"


def in_sum(said, outcome):
    """How many files had this outcome."""
    found = re.search(rf"^{outcome}: (\d+) files", said, flags=re.MULTILINE)
    return int(found[1]) if found else 0


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


def test_a_file_whose_row_went_meanwhile_is_nobodys_fault(disk, keep, monkeypatch):
    keep(disk)
    names = list(named.named_files())
    monkeypatch.setattr(
        "courses.materials.management.commands.move_materials.named_files", lambda: names
    )
    disk.delete(names[0].key)
    Upload.objects.all().delete()

    assert in_sum(move("--to", "s3"), "copied") == 0


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
    if storage is bucket:
        assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=bucket.bucket_name)


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


def test_a_bucket_that_is_not_there_stops_it_with_a_sentence(bucket, disk, keep):
    keep(disk)
    bucket.client.delete_bucket(Bucket=bucket.bucket_name)

    said = move_in_vain("--to", "s3")

    assert f"the bucket {bucket.bucket_name} does not work" in said
    assert "goes on where it was" in said


def test_without_a_bucket_there_is_nothing_to_move_to(db):
    assert move_in_vain("--to", "s3").endswith("set MATERIAL_BUCKET and AWS_REGION.")


def test_a_full_disk_stops_it_with_a_sentence(disk, bucket, keep, monkeypatch, site):
    site("bucket")
    keep(bucket)

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalFiles, "put", full)

    assert "takes no file: No space left on device" in move_in_vain("--to", "local")


def test_thousands_of_rows_are_read_page_by_page(keep, disk, monkeypatch):
    monkeypatch.setattr(named, "ROWS_AT_ONCE", 2)
    uploads = {keep(disk, f"{n}.mp4").key for n in range(5)}

    found = [file.key for file in named.named_files()]

    assert len(found) == 5
    assert set(found) == uploads


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_progress_tells_how_far_how_fast_and_how_long():
    clock, said = Clock(), []
    progress = Progress(4, 40 * MIB, say=said.append, every=2, clock=clock)
    progress.begin()
    clock.now = 1.0
    progress.end(10 * MIB)  # It was there: that says nothing of the speed.
    progress.begin()
    clock.now = 3.0
    progress.tell(4 * MIB)
    clock.now = 4.0
    progress.tell(2 * MIB)
    clock.now = 6.0
    progress.tell(4 * MIB)
    progress.end(10 * MIB)

    assert said == [
        "1/4 files, 14 MB/40 MB, 2 MB/s, 13 s left",
        "1/4 files, 20 MB/40 MB, 2 MB/s, 10 s left",
    ]
    assert progress.line() == "2/4 files, 20 MB/40 MB, 2 MB/s, 10 s left"


def test_durations_are_said_in_two_units():
    assert [duration(each) for each in (7.4, 80, 7500)] == ["7 s", "1 min 20 s", "2 h 5 min"]


def test_a_bucket_that_does_not_answer_is_said(bucket):
    def refuse(**kwargs):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    bucket.client.meta.events.register("before-send.s3.ListObjectsV2", refuse)

    with pytest.raises(PlaceFailed, match="Could not connect"):
        InBucket(bucket).reach()
