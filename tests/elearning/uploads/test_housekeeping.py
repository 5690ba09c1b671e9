"""`manage.py tidy_uploads`: what was left behind goes, and nothing else."""

import datetime
import os
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from elearning.storage.errors import StoreUnavailable
from elearning.uploads import housekeeping, reasons, services
from elearning.uploads.models import Upload
from elearning.uploads.stores.local import LocalStore

from .conftest import piece

DAY = datetime.timedelta(days=1)
GIVEN_UP, SETTLED, REFUSED, STRAYS = (
    "silent uploads given up",
    "settled uploads freed of their parts",
    "refused files removed",
    "parts removed that no upload names",
)


@pytest.fixture
def tidy(capsys):
    """`tidy()` runs the command and gives what it counted; `tidy(dry_run=True)` too."""

    def run(**options) -> dict[str, int]:
        capsys.readouterr()  # of a run that failed
        call_command("tidy_uploads", **options)
        return counted(capsys.readouterr().out)

    return run


def counted(out: str) -> dict[str, int]:
    lines = [line.split(maxsplit=1) for line in out.splitlines() if line.startswith(" ")]
    return {name: int(number) for number, name in lines if number != "0"}


def silent_for(upload: Upload, hours: float) -> None:
    moment = timezone.now() - datetime.timedelta(hours=hours)
    Upload.objects.filter(pk=upload.pk).update(touched_at=moment)


def aged(path, hours: float) -> None:
    moment = (timezone.now() - datetime.timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


@pytest.fixture
def send_half(browser, mp4):
    """`send_half(name)`: an upload of whose parts the first is there."""

    def send(name: str) -> Upload:
        upload = browser.begin(name, mp4)
        browser.put_all(upload, mp4, [1])
        Upload.objects.filter(pk=upload.pk).update(place="local")
        upload.refresh_from_db()
        return upload

    return send


@pytest.fixture
def half_sent(send_half) -> Upload:
    return send_half("a.mp4")


@pytest.fixture
def folder(settings, half_sent):
    return settings.UPLOAD_PARTS_DIR / str(half_sent.pk)


def state(upload: Upload) -> str:
    upload.refresh_from_db()
    return upload.state


def test_an_upload_without_a_sign_of_life_for_a_day_is_given_up(tidy, half_sent, folder):
    silent_for(half_sent, hours=25)
    assert tidy() == {GIVEN_UP: 1}
    assert state(half_sent) == "aborted"
    assert half_sent.place == ""
    assert not folder.exists()
    assert tidy() == {}


def test_one_that_was_heard_of_today_is_waited_for(tidy, half_sent, folder):
    silent_for(half_sent, hours=23)
    assert tidy() == {}
    assert (state(half_sent), folder.exists()) == ("pending", True)


def test_how_long_it_is_waited_for_can_be_set(tidy, half_sent, settings):
    settings.UPLOAD_KEEP_HOURS = 48
    silent_for(half_sent, hours=47)
    assert tidy() == {}
    silent_for(half_sent, hours=49)
    assert tidy() == {GIVEN_UP: 1}


def test_one_that_goes_on_at_this_very_moment_is_left_alone(
    tidy, half_sent, folder, browser, mp4, monkeypatch
):
    silent_for(half_sent, hours=25)
    real = housekeeping._silent

    def goes_on_meanwhile(before):
        found = real(before)
        browser.put_all(half_sent, mp4, [2])
        return found

    monkeypatch.setattr(housekeeping, "_silent", goes_on_meanwhile)
    assert tidy() == {}
    assert state(half_sent) == "pending"
    assert len(list(folder.iterdir())) == 2


def test_what_is_complete_waits_for_its_check_however_long(tidy, browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    services.complete(upload=upload)
    silent_for(upload, hours=1000)
    folder = settings.UPLOAD_PARTS_DIR / str(upload.pk)
    aged(folder, hours=1000)
    assert tidy(dry_run=True) == {}
    assert tidy() == {}
    assert state(upload) == "uploaded"
    assert len(list(folder.iterdir())) == upload.part_count


def test_parts_from_before_places_had_names_stay_while_they_are_wanted(tidy, half_sent, folder):
    Upload.objects.filter(pk=half_sent.pk).update(place="", state="uploaded")
    aged(folder, hours=1000)
    assert tidy() == {}
    assert folder.exists()


def test_a_dry_run_counts_and_changes_nothing(tidy, half_sent, folder):
    silent_for(half_sent, hours=25)
    assert tidy(dry_run=True) == {GIVEN_UP: 1}
    assert (state(half_sent), folder.exists()) == ("pending", True)


def test_what_could_not_be_dropped_when_it_was_cancelled_is_dropped_later(
    tidy, half_sent, folder, browser, monkeypatch
):
    def away(*args):
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "discard", away)
        browser.delete(half_sent)
    silent_for(half_sent, hours=25)
    assert (state(half_sent), half_sent.place, folder.exists()) == ("aborted", "local", True)
    assert tidy() == {SETTLED: 1}
    assert (state(half_sent), half_sent.place, folder.exists()) == ("aborted", "", False)


def test_in_the_wrong_place_nothing_is_forgotten(tidy, half_sent, cast, settings, tmp_path):
    silent_for(half_sent, hours=25)
    refused = refused_file(cast, verified_at=timezone.now() - 8 * DAY)
    options = {"location": tmp_path / "none", "base_url": None}
    default = {"BACKEND": "elearning.storage.local.LocalFiles", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    with pytest.raises(CommandError, match=f"There is no folder {tmp_path}/none"):
        tidy()
    refused.refresh_from_db()
    assert (state(half_sent), refused.key != "") == ("pending", True)


def test_while_the_store_is_away_it_says_so_and_goes_on_next_time(
    tidy, half_sent, send_half, monkeypatch
):
    other = send_half("b.mp4")
    for upload in (half_sent, other):
        silent_for(upload, hours=25)

    def away(*args):
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "discard", away)
        with pytest.raises(CommandError, match="failed"):
            tidy()
    assert sum(tidy().values()) == 2
    assert [state(half_sent), state(other)] == ["aborted", "aborted"]
    assert Upload.objects.exclude(place="").count() == 0


def test_one_that_fails_does_not_keep_the_others(tidy, half_sent, send_half, monkeypatch):
    other = send_half("b.mp4")
    for upload in (half_sent, other):
        silent_for(upload, hours=25)
    real = services.drop_parts

    def fails_for_one(upload):
        if upload.pk == half_sent.pk:
            raise OSError("the disk")
        return real(upload)

    with monkeypatch.context() as patch:
        patch.setattr(services, "drop_parts", fails_for_one)
        with pytest.raises(CommandError, match=r"^2 failed"):
            tidy()
    assert state(other) == "aborted"
    assert tidy() == {SETTLED: 1}


def refused_file(cast, **fields) -> Upload:
    upload = Upload.objects.create(
        owner=cast.tanaka,
        category="document",
        name="壊れた.pdf",
        size=4,
        part_size=4,
        state="rejected",
        reason="damaged",
        **fields,
    )
    upload.key = default_storage.save(f"quarantine/{upload.pk}", ContentFile(b"junk"))
    upload.save(update_fields=["key"])
    return upload


def test_a_refused_file_goes_after_a_week_and_its_reason_stays(tidy, cast):
    old = refused_file(cast, verified_at=timezone.now() - 7.1 * DAY)
    young = refused_file(cast, verified_at=timezone.now() - 6.9 * DAY)
    assert tidy() == {REFUSED: 1}
    assert not default_storage.exists(old.key)
    assert default_storage.exists(young.key)
    assert (state(old), old.key) == ("rejected", "")
    assert "壊れている" in reasons.sentence(old)
    young_key = young.key
    assert (state(young), young.key) == ("rejected", young_key)
    assert tidy() == {}


def test_parts_that_no_upload_names_go_when_they_are_old(tidy, settings, half_sent, folder):
    for name in (str(uuid.uuid4()), "no-upload-at-all"):
        stray = settings.UPLOAD_PARTS_DIR / name
        stray.mkdir()
        (stray / "1.abc").write_bytes(b"x")
        aged(stray, hours=25)
    young = settings.UPLOAD_PARTS_DIR / str(uuid.uuid4())
    young.mkdir()
    aged(folder, hours=25)
    assert tidy() == {STRAYS: 2}
    assert sorted(settings.UPLOAD_PARTS_DIR.iterdir()) == sorted([young, folder])


def test_a_part_left_half_written_goes_and_its_upload_stays(tidy, half_sent, folder, browser, mp4):
    (folder / "tmpabc.tmp").write_bytes(b"half")
    (folder / "tmpnow.tmp").write_bytes(b"being written")
    for path in (*folder.glob("1.*"), folder / "tmpabc.tmp"):
        aged(path, hours=25)
    assert tidy() == {STRAYS: 1}
    assert len(list(folder.glob("1.*"))) == 1
    assert {path.name for path in folder.iterdir() if path.suffix == ".tmp"} == {"tmpnow.tmp"}
    browser.put_all(half_sent, mp4)
    assert browser.complete(half_sent).status_code == 200


def test_a_folder_that_cannot_be_removed_does_not_keep_the_others(tidy, db, settings, monkeypatch):
    for name in ("one", "two"):
        (settings.UPLOAD_PARTS_DIR / name).mkdir(parents=True)
        aged(settings.UPLOAD_PARTS_DIR / name, hours=25)
    real = LocalStore.clear

    def fails_for_one(self, found):
        if found.at.endswith("one"):
            raise PermissionError(found.at)
        real(self, found)

    monkeypatch.setattr(LocalStore, "clear", fails_for_one)
    with pytest.raises(CommandError, match=r"^1 failed"):
        tidy()
    assert [path.name for path in settings.UPLOAD_PARTS_DIR.iterdir()] == ["one"]


def test_a_house_without_uploads_has_nothing_to_tidy(tidy, db):
    assert tidy() == {}


def test_a_late_part_of_an_upload_given_up_is_told_so(tidy, half_sent, browser, mp4):
    silent_for(half_sent, hours=25)
    tidy()
    assert browser.put(half_sent, 2, piece(mp4, 2)).status_code == 409
    assert browser.get(half_sent).json()["state"] == "aborted"
