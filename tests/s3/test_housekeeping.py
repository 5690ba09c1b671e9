"""Housekeeping in a real bucket: what is begun there and never completed costs money."""

import datetime
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.materials.models import Derivative
from elearning.uploads import services
from elearning.uploads.models import Upload
from tests.cast import activity

PART = 5 * 1024 * 1024  # the least that S3 takes
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _small_parts(settings):
    settings.UPLOAD_PART_BYTES = PART


@pytest.fixture
def film(cast) -> Upload:
    """An upload of two parts whose first link was asked for."""
    upload = services.begin(owner=cast.tanaka, category="video", name="a.mp4", size=2 * PART)
    services.announce_part(upload=upload, number=1, sha256="0" * 64)
    upload.refresh_from_db()
    return upload


def under_way() -> set[str]:
    """The multipart uploads that the store knows."""
    answer = default_storage.client.list_multipart_uploads(Bucket=default_storage.bucket_name)
    return {found["Key"] for found in answer.get("Uploads", [])}


def begin_in_store(key: str) -> None:
    default_storage.client.create_multipart_upload(Bucket=default_storage.bucket_name, Key=key)


def put(key: str, content: bytes = b"0123456789") -> str:
    default_storage.client.put_object(Bucket=default_storage.bucket_name, Key=key, Body=content)
    return key


@pytest.fixture
def wrong_bucket(settings):
    """`wrong_bucket()`: from now on the settings name one that the store has not."""

    def name_it() -> None:
        default = settings.STORAGES["default"]
        options = {**default["OPTIONS"], "bucket_name": "typo-bucket"}
        settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}

    return name_it


@pytest.fixture
def wrong_secret(settings, monkeypatch):
    """`wrong_secret()`: from now on the process signs with it."""

    def sign_with_it() -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        settings.STORAGES = {**settings.STORAGES}

    return sign_with_it


@pytest.fixture
def tomorrow(monkeypatch):
    """The store's times can't be changed, so the clock is: a day and a bit later."""
    later = timezone.now() + 1.1 * DAY
    monkeypatch.setattr(timezone, "now", lambda: later)


def heard_of(upload: Upload, hours: float) -> None:
    moment = timezone.now() - datetime.timedelta(hours=hours)
    Upload.objects.filter(pk=upload.pk).update(touched_at=moment)


def test_an_upload_silent_for_a_day_is_aborted_in_the_store(film):
    assert under_way() == {f"quarantine/{film.pk}"}
    heard_of(film, hours=25)
    call_command("tidy_uploads")
    film.refresh_from_db()
    assert (film.state, film.place) == ("aborted", "")
    assert under_way() == set()


def test_one_with_a_sign_of_life_goes_on_however_long_ago_it_began(film, tomorrow):
    heard_of(film, hours=1)
    call_command("tidy_uploads")
    film.refresh_from_db()
    assert film.state == "pending"
    assert under_way() == {f"quarantine/{film.pk}"}


def test_what_the_store_knows_and_no_row_names_is_aborted_after_a_day(film, tomorrow, capsys):
    heard_of(film, hours=1)
    begin_in_store(f"quarantine/{film.pk}")  # of two that opened a place, the one not taken
    begin_in_store(f"quarantine/{uuid.uuid4()}")
    begin_in_store(f"verified/{film.pk}")  # a large copy that a worker left half done
    begin_in_store("backup/of-somebody-else")
    call_command("tidy_uploads")
    assert "      3  parts removed that no upload names" in capsys.readouterr().out
    assert under_way() == {f"quarantine/{film.pk}", "backup/of-somebody-else"}
    film.refresh_from_db()
    services.announce_part(upload=film, number=2, sha256="1" * 64)
    place = film.place
    film.refresh_from_db()
    assert film.place == place


def test_young_ones_may_just_have_been_begun(film):
    begin_in_store(f"quarantine/{uuid.uuid4()}")
    call_command("tidy_uploads")
    assert len(under_way()) == 2


def test_while_the_store_is_away_nothing_is_forgotten(film, cut, capsys):
    heard_of(film, hours=25)
    cut.refuse()
    with pytest.raises(CommandError, match="failed"):
        call_command("tidy_uploads")
    film.refresh_from_db()
    assert film.state == "aborted"
    assert film.place != ""
    cut.accept()
    call_command("tidy_uploads")
    film.refresh_from_db()
    assert film.place == ""
    assert under_way() == set()


def in_use(cast, item) -> Upload:
    """A published file, and its object, that this activity holds."""
    upload = Upload.objects.create(
        owner=cast.tanaka,
        category="video",
        name="速さ.mp4",
        size=10,
        part_size=10,
        content_type="video/mp4",
        state="published",
    )
    upload.key = put(f"verified/{upload.pk}")
    upload.save(update_fields=["key"])
    item.video.upload = upload
    item.video.save(update_fields=["upload"])
    return upload


@pytest.fixture
def published(cast) -> Upload:
    return in_use(cast, cast.video)


def kept() -> set[str]:
    return {file.key for file in default_storage.list("")}


def test_objects_that_no_row_names_are_found_and_removed_when_told(published, tomorrow, capsys):
    strays = {
        put(f"quarantine/{uuid.uuid4()}"),
        put(f"verified/{uuid.uuid4()}"),
        put(f"derived/{published.pk}/poster.webp"),
    }
    others = put("backup/of-somebody-else")
    call_command("check_materials")
    out = capsys.readouterr().out
    assert all(f"stray   {key}  10 bytes  1 day" in out for key in strays)
    assert kept() == {*strays, published.key, others}
    with pytest.raises(CommandError, match="3 of 4 files are named by no row"):
        call_command("check_materials", remove=True)
    assert kept() == {*strays, published.key, others}
    call_command("check_materials", remove=True, even_most=True)
    assert kept() == {published.key, others}


def test_young_objects_are_left_alone(published):
    young = put(f"verified/{uuid.uuid4()}")
    call_command("check_materials", remove=True)
    assert young in kept()


@pytest.fixture
def others(cast) -> None:
    """Files enough that what is found astray is not most of all."""
    for _ in range(3):
        in_use(cast, activity(cast.lesson, "video", "動画"))


@pytest.mark.usefixtures("others")
def test_rows_whose_object_is_gone_are_found_and_settled_when_told(published, cast, capsys):
    copy = Derivative.objects.create(
        upload=published, kind="poster", state="ready", key=f"derived/{published.pk}/poster.webp"
    )
    default_storage.delete(published.key)
    call_command("check_materials")
    out = capsys.readouterr().out
    assert f"gone    {published.key}" in out
    assert f"gone    {copy.key}" in out
    call_command("check_materials", remove=True)
    published.refresh_from_db()
    assert (published.state, published.reason) == ("rejected", "lost")
    cast.video.video.refresh_from_db()
    assert (cast.video.video.upload, cast.video.video.next_upload) == (None, published)
    assert not Derivative.objects.exists()


def test_while_the_store_is_away_nothing_is_taken_for_lost(published, cut):
    cut.refuse()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("check_materials", remove=True)
    published.refresh_from_db()
    assert published.state == "published"


COMMANDS = ["check_materials", "tidy_uploads"]
CHANGING = {"check_materials": {"remove": True, "even_most": True}, "tidy_uploads": {}}


@pytest.mark.parametrize("command", COMMANDS)
def test_in_a_bucket_that_is_not_there_nothing_is_taken_for_lost(
    film, published, wrong_bucket, command
):
    heard_of(film, hours=25)
    wrong_bucket()
    with pytest.raises(CommandError, match=r"^The bucket typo-bucket cannot be used.*NoSuchBucket"):
        call_command(command, **CHANGING[command])
    for upload, state in (film, "pending"), (published, "published"):
        upload.refresh_from_db()
        assert upload.state == state


@pytest.mark.parametrize("command", COMMANDS)
def test_a_store_that_does_not_let_us_in_is_told_in_a_sentence(published, wrong_secret, command):
    wrong_secret()
    with pytest.raises(CommandError, match=r"^The bucket .* cannot be used.*SignatureDoesNotMatch"):
        call_command(command, **CHANGING[command])
    published.refresh_from_db()
    assert published.state == "published"


@pytest.mark.django_db
@pytest.mark.parametrize("command", COMMANDS)
def test_so_it_is_before_there_is_a_single_file(wrong_bucket, command):
    wrong_bucket()
    with pytest.raises(CommandError, match=r"^The store cannot be used.*NoSuchBucket"):
        call_command(command)
