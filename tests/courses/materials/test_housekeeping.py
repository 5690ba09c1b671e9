"""`manage.py check_materials`: rows and stored files belong together."""

import datetime
import os
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.catalog.models import Activity
from courses.materials.housekeeping import missing, strays
from courses.materials.models import Derivative, ExtractedText
from courses.materials.queries import file_state
from courses.materials.queries.unused import unused_files
from courses.materials.signals import due
from elearning.storage.errors import StoreUnavailable
from elearning.storage.local import LocalFiles
from elearning.uploads.models import Upload
from tests.cast import activity

STRAYS, LOST, COPIES, UNUSED = (
    "stored files that no row names",
    "uploads without their file",
    "derivatives without their file",
    "files that no activity uses",
)


@pytest.fixture
def check(capsys):
    """`check(remove=True, …)` gives what was found, or with `remove` found and settled."""

    def run(**options):
        capsys.readouterr()  # of a run that failed
        call_command("check_materials", **options)
        return sums(capsys.readouterr().out)

    return run


def sums(out: str) -> dict:
    """ "      2  files …, 3 KB; settled: 1" → {"files …": (2, 1)}; nothing found, nothing said."""
    found = {}
    for line in out.splitlines():
        number, _, rest = line.strip().partition("  ")
        if number.isdecimal() and number != "0":
            name, _, settled = rest.partition("; settled: ")
            name = name.partition(", ")[0]
            found[name] = (int(number), int(settled)) if settled else int(number)
    return found


def store(key: str, content: bytes = b"0123456789", *, days: float = 2) -> str:
    """Put it there as if it had been there for so long."""
    assert default_storage.save(key, ContentFile(content)) == key
    moment = (timezone.now() - datetime.timedelta(days=days)).timestamp()
    os.utime(default_storage.path(key), (moment, moment))
    return key


@pytest.fixture
def stored_upload(cast):
    """`stored_upload(state=…)`: a row with its file, as the check leaves them."""

    def make(folder="verified", **fields) -> Upload:
        upload = Upload.objects.create(
            **{
                "owner": cast.tanaka,
                "category": "video",
                "name": "速さ.mp4",
                "size": 10,
                "part_size": 10,
                "content_type": "video/mp4",
                "state": "published",
                **fields,
            }
        )
        upload.key = store(f"{folder}/{upload.pk}")
        upload.save(update_fields=["key"])
        return upload

    return make


@pytest.fixture
def film(stored_upload, hold, cast) -> Upload:
    """A film in use, with a rendition."""
    upload = stored_upload()
    hold(cast.video, upload)
    key = store(f"derived/{upload.pk}/video-480.mp4")
    Derivative.objects.create(upload=upload, kind="video-480", state="ready", key=key, size=10)
    return upload


@pytest.fixture
def others(stored_upload, hold, cast) -> list[Upload]:
    """Five more files in use: what is found astray is then not most of all."""
    uploads = [stored_upload() for _ in range(5)]
    for upload in uploads:
        hold(activity(cast.lesson, "video", "動画"), upload)
    return uploads


@pytest.fixture
def queued():
    """The derivatives that were queued anew."""
    heard = []

    def listen(sender, derivative, **kwargs):
        heard.append(derivative.pk)

    due.connect(listen)
    yield heard
    due.disconnect(listen)


def test_where_all_is_in_order_nothing_is_found(check, film, stored_upload):
    stored_upload("quarantine", state="rejected", reason="damaged")
    assert check() == {}
    assert check(remove=True) == {}
    assert default_storage.exists(film.key)


# --- Files that no row names ----------------------------------------------------------------


@pytest.mark.usefixtures("others")
def test_files_that_no_row_names_are_reported_and_removed_when_told(check, film):
    keys = [
        store(f"quarantine/{uuid.uuid4()}"),
        store(f"verified/{uuid.uuid4()}"),
        store(f"derived/{uuid.uuid4()}/page.webp"),
        store(f"derived/{film.pk}/poster.webp"),
        store("verified/tmpabcdef.tmp"),
    ]
    assert check() == {STRAYS: 5}
    assert all(default_storage.exists(key) for key in keys)
    assert check(remove=True) == {STRAYS: (5, 5)}
    assert not any(default_storage.exists(key) for key in keys)
    assert check() == {}


def test_each_is_named_with_its_size_and_age(check, db, capsys):
    key = store(f"verified/{uuid.uuid4()}", days=3)
    call_command("check_materials")
    assert f"stray   {key}  10 bytes  3 days" in capsys.readouterr().out


def test_a_young_one_may_be_on_its_way(check, db):
    store(f"verified/{uuid.uuid4()}", days=0.9)
    assert check(remove=True) == {}
    assert check(older_than_days=0) == {STRAYS: 1}


def test_what_others_keep_beside_it_is_none_of_our_business(check, db):
    store("backup/2026.sql.gz")
    assert check(remove=True) == {}


@pytest.mark.parametrize("state", ["pending", "uploaded"])
def test_what_waits_for_its_check_is_no_stray(check, stored_upload, state):
    upload = stored_upload("quarantine", state=state)
    Upload.objects.filter(pk=upload.pk).update(key="")
    assert check(remove=True) == {}


@pytest.mark.parametrize("state", ["aborted", "rejected", "published"])
def test_what_a_settled_upload_left_in_quarantine_is_one(check, film, state):
    Upload.objects.filter(pk=film.pk).update(state=state)
    store(f"quarantine/{film.pk}")
    assert check()[STRAYS] == 1


@pytest.mark.parametrize("state", ["waiting", "working"])
def test_what_is_being_made_anew_is_no_stray(check, film, state):
    Derivative.objects.update(state=state, key="")
    assert check(remove=True) == {}


def test_many_are_looked_up_in_batches(check, db, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(strays, "BATCH", 10)
    for _ in range(25):
        store(f"verified/{uuid.uuid4()}")
    with django_assert_max_num_queries(30):
        assert check() == {STRAYS: 25}


def test_one_that_is_named_or_changed_meanwhile_stays(check, stored_upload, monkeypatch):
    upload = stored_upload()
    file = next(iter(default_storage.list("verified/")))
    assert strays.remove_stray(file) is False
    upload.delete()
    os.utime(default_storage.path(file.key))
    assert strays.remove_stray(file) is False
    assert default_storage.exists(file.key)
    assert strays.remove_stray(next(iter(default_storage.list("verified/")))) is True


def test_a_database_that_knows_hardly_any_file_is_taken_for_the_wrong_one(check, film):
    for _ in range(20):
        store(f"verified/{uuid.uuid4()}")
    with pytest.raises(CommandError, match="20 of 22 files are named by no row"):
        check(remove=True)
    assert len(list(default_storage.list("verified/"))) == 21
    assert check(remove=True, even_most=True) == {STRAYS: (20, 20)}


# --- Rows whose file is gone ------------------------------------------------------------------


@pytest.mark.usefixtures("others")
def test_a_file_in_use_that_is_gone_is_told_to_its_teacher_when_told_so(check, film, cast, sign_in):
    default_storage.delete(film.key)
    assert check() == {LOST: 1}
    film.refresh_from_db()
    assert film.state == "published"

    assert check(remove=True) == {LOST: (1, 1)}
    film.refresh_from_db()
    cast.video.video.refresh_from_db()
    assert (film.state, film.reason, film.key) == ("rejected", "lost", "")
    assert (cast.video.video.upload, cast.video.video.next_upload) == (None, film)
    page = sign_in(cast.tanaka).get(f"/teach/activities/{cast.video.pk}/").text
    assert "保管場所でファイルが見つからなくなりました" in page
    page = sign_in(cast.haruna).get(f"/activities/{cast.video.pk}/").text
    assert "準備中" in page
    assert check() == {}


@pytest.mark.usefixtures("others")
def test_the_teachers_of_every_copy_read_why(check, film, cast, hold):
    copy = activity(cast.lesson, "video", "写し")
    hold(copy, film)
    default_storage.delete(film.key)
    assert check(remove=True) == {LOST: (1, 1)}
    for each in (cast.video, copy):
        each.video.refresh_from_db()
        state = file_state(each.video)
        assert state.step == "rejected"
        assert "見つからなくなりました" in state.reason


@pytest.mark.usefixtures("others")
def test_a_replacement_that_is_on_its_way_stays(check, film, cast, stored_upload):
    coming = Upload.objects.create(
        owner=cast.tanaka, category="video", name="b.mp4", size=1, part_size=1
    )
    cast.video.video.next_upload = coming
    cast.video.video.upload = film
    cast.video.video.save()
    default_storage.delete(film.key)
    check(remove=True)
    cast.video.video.refresh_from_db()
    assert (cast.video.video.upload, cast.video.video.next_upload) == (None, coming)


@pytest.mark.usefixtures("others")
def test_a_refused_file_that_is_gone_keeps_its_reason(check, stored_upload):
    upload = stored_upload("quarantine", state="rejected", reason="damaged")
    default_storage.delete(upload.key)
    assert check(remove=True) == {LOST: (1, 1)}
    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.key) == ("rejected", "damaged", "")


def test_a_copy_that_is_gone_is_made_anew(check, film, queued):
    copy = film.derivatives.get()
    default_storage.delete(copy.key)
    assert check() == {COPIES: 1}
    assert queued == []
    assert check(remove=True) == {COPIES: (1, 1)}
    copy.refresh_from_db()
    assert (copy.state, copy.key, copy.attempts) == ("waiting", "", 0)
    assert queued == [copy.pk]


@pytest.mark.usefixtures("others")
def test_without_the_original_a_copy_that_is_gone_is_forgotten(check, film, queued):
    default_storage.delete(film.key)
    default_storage.delete(film.derivatives.get().key)
    assert check(remove=True) == {LOST: (1, 1), COPIES: (1, 1)}
    assert not film.derivatives.exists()
    assert queued == []


@pytest.mark.usefixtures("others")
def test_a_copy_that_is_the_last_of_a_lost_film_is_kept(check, film):
    default_storage.delete(film.key)
    check(remove=True)
    assert default_storage.exists(film.derivatives.get().key)
    assert check(remove=True) == {}


def test_every_row_is_looked_at_however_many_there_are(check, stored_upload, monkeypatch):
    monkeypatch.setattr(missing, "BATCH", 4)
    uploads = [stored_upload() for _ in range(10)]
    for upload in uploads[::3]:
        default_storage.delete(upload.key)
    assert check()[LOST] == 4


@pytest.mark.usefixtures("others")
def test_a_lost_file_that_is_back_is_not_removed_as_a_stray(check, film):
    """It was looked for in the wrong place, or somebody has restored it."""
    key = film.key
    default_storage.delete(key)
    check(remove=True)
    film.refresh_from_db()
    assert film.reason == "lost"

    store(key)
    assert STRAYS not in check(remove=True)
    assert default_storage.exists(key)


def test_one_that_went_in_the_ordinary_way_meanwhile_is_not_lost(check, stored_upload, monkeypatch):
    upload = stored_upload("quarantine", state="rejected", reason="damaged")
    real = LocalFiles.exists

    def tidied_meanwhile(self, key):
        default_storage.delete(key)
        Upload.objects.filter(pk=upload.pk).update(key="")
        return real(self, key)

    monkeypatch.setattr(missing, "AT_ONCE", 1)
    rows = missing.stored_uploads()
    stale = rows.get()
    tidied_meanwhile(default_storage, stale.key)
    assert missing.is_without_file(rows, stale) is False


def test_a_storage_without_most_of_its_files_is_taken_for_the_wrong_one(
    check, stored_upload, cast, hold
):
    uploads = [stored_upload() for _ in range(20)]
    hold(cast.video, uploads[0])
    for upload in uploads[:11]:
        default_storage.delete(upload.key)
    stray = store(f"verified/{uuid.uuid4()}")
    with pytest.raises(CommandError, match="11 of 20 files are gone"):
        check(remove=True)
    assert Upload.objects.filter(state="published").count() == 20
    assert default_storage.exists(stray)
    assert check(remove=True, even_most=True)[LOST] == (11, 11)


def test_while_the_storage_does_not_answer_nothing_is_lost(check, film, monkeypatch):
    def away(*args):
        raise StoreUnavailable

    monkeypatch.setattr(LocalFiles, "exists", away)
    with pytest.raises(CommandError, match="does not answer"):
        check(remove=True)
    film.refresh_from_db()
    assert film.state == "published"


@pytest.mark.parametrize("number", [1, 2, 3, 12])
def test_nor_does_a_small_site_give_up_all_it_has_in_the_wrong_place(check, stored_upload, number):
    for upload in [stored_upload() for _ in range(number)]:
        default_storage.delete(upload.key)
    with pytest.raises(CommandError, match=f"{number} of {number} files are gone"):
        check(remove=True)
    assert Upload.objects.filter(state="published").count() == number
    assert check(remove=True, even_most=True)[LOST] == (number, number)


def test_nor_most_of_it(check, stored_upload):
    uploads = [stored_upload() for _ in range(4)]
    for upload in uploads[:3]:
        default_storage.delete(upload.key)
    with pytest.raises(CommandError, match="3 of 4 files are gone"):
        check(remove=True)
    store(uploads[0].key)
    assert check(remove=True)[LOST] == (2, 2)


def test_a_database_that_knows_none_of_a_few_files_is_taken_for_the_wrong_one(check, db):
    key = store(f"verified/{uuid.uuid4()}")
    with pytest.raises(CommandError, match="1 of 1 files are named by no row"):
        check(remove=True)
    assert default_storage.exists(key)
    assert check(remove=True, even_most=True) == {STRAYS: (1, 1)}


@pytest.mark.parametrize("options", [{}, {"remove": True}, {"remove": True, "even_most": True}])
def test_where_there_is_no_folder_nothing_is_looked_for(check, film, settings, tmp_path, options):
    in_the_wrong_place(settings, tmp_path / "none")
    with pytest.raises(CommandError, match=f"There is no folder {tmp_path}/none"):
        check(**options)
    film.refresh_from_db()
    assert film.state == "published"


def test_an_empty_folder_is_the_wrong_one(check, film, settings, tmp_path):
    in_the_wrong_place(settings, tmp_path)
    with pytest.raises(CommandError, match="1 of 1 files are gone"):
        check(remove=True)
    film.refresh_from_db()
    assert film.state == "published"


def in_the_wrong_place(settings, folder) -> None:
    options = {"location": folder, "base_url": None}
    default = {"BACKEND": "elearning.storage.local.LocalFiles", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def test_a_new_site_has_no_folder_yet_and_all_is_in_order(check, db, settings, tmp_path):
    in_the_wrong_place(settings, tmp_path / "files")
    assert check() == {}
    assert check(remove=True) == {}


@pytest.mark.usefixtures("others")
def test_one_that_fails_does_not_keep_the_others(check, film, monkeypatch):
    keys = sorted(store(f"verified/{uuid.uuid4()}") for _ in range(3))
    real = LocalFiles.delete

    def fails_for_one(self, key):
        if key == keys[1]:
            raise PermissionError(key)
        real(self, key)

    monkeypatch.setattr(LocalFiles, "delete", fails_for_one)
    with pytest.raises(CommandError, match=r"^1 failed"):
        check(remove=True)
    left = {file.key for file in default_storage.list("verified/")}
    assert left.intersection(keys) == {keys[1]}
    assert film.key in left


# --- Files that nothing uses --------------------------------------------------------------------


def unused_for(upload: Upload, days: float) -> None:
    since = timezone.now() - datetime.timedelta(days=days)
    Upload.objects.filter(pk=upload.pk).update(unused_since=since)


def put_in_the_bin(item, days: float) -> None:
    item.deleted_at = timezone.now() - datetime.timedelta(days=days)
    item.save(update_fields=["deleted_at"])


def test_a_file_that_was_replaced_is_reported_and_kept_for_a_month(
    check, film, cast, hold, stored_upload
):
    hold(cast.video, stored_upload())
    assert check() == {UNUSED: 1}
    assert check(remove=True) == {UNUSED: (1, 0)}
    unused_for(film, days=29)
    assert check(remove=True) == {UNUSED: (1, 0)}
    assert default_storage.exists(film.key)
    unused_for(film, days=31)
    assert check(remove=True, unused_days=40) == {UNUSED: (1, 0)}
    assert check() == {UNUSED: 1}
    assert default_storage.exists(film.key)


def test_after_a_month_it_is_removed_with_all_that_was_made_of_it(
    check, film, cast, hold, stored_upload, django_capture_on_commit_callbacks
):
    hold(cast.video, stored_upload())
    ExtractedText.objects.create(upload=film, body="速さ")
    unused_for(film, days=31)
    key, copy = film.key, film.derivatives.get().key
    with django_capture_on_commit_callbacks(execute=True):
        assert check(remove=True) == {UNUSED: (1, 1)}
    assert not default_storage.exists(key)
    assert not default_storage.exists(copy)
    film.refresh_from_db()
    assert (film.state, film.key) == ("aborted", "")
    assert not film.derivatives.exists()
    assert not ExtractedText.objects.exists()
    assert check() == {}


def test_a_month_counts_from_when_it_was_found_unused(check, film, cast, hold, stored_upload):
    Upload.objects.filter(pk=film.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=400)
    )
    hold(cast.video, stored_upload())
    check()
    film.refresh_from_db()
    assert (timezone.now() - film.unused_since).days == 0
    assert check(remove=True) == {UNUSED: (1, 0)}


def test_a_file_that_is_in_use_again_is_not_unused_any_more(check, film, cast, hold):
    unused_for(film, days=100)
    assert check(remove=True) == {}
    film.refresh_from_db()
    assert film.unused_since is None


@pytest.mark.parametrize("what", ["video", "lesson", "maths"])
def test_what_is_in_the_bin_is_unused_but_can_come_out_again(check, film, cast, what):
    put_in_the_bin(getattr(cast, what), days=29)
    unused_for(film, days=31)
    assert check(remove=True, unused_days=0) == {UNUSED: (1, 0)}
    assert default_storage.exists(film.key)


def test_what_cannot_come_out_of_the_bin_any_more_is_removed(
    check, film, cast, django_capture_on_commit_callbacks
):
    put_in_the_bin(cast.video, days=31)
    unused_for(film, days=31)
    with django_capture_on_commit_callbacks(execute=True):
        assert check(remove=True) == {UNUSED: (1, 1)}
    cast.video.video.refresh_from_db()
    assert cast.video.video.upload is None
    assert not default_storage.exists(f"verified/{film.pk}")


def test_one_activity_that_uses_it_is_enough(check, film, cast, hold):
    hold(activity(cast.lesson, "video", "写し"), film)
    put_in_the_bin(cast.video, days=31)
    assert list(unused_files()) == []


def test_an_upload_that_was_given_up_shows_as_none_on_its_activity(cast):
    material = cast.video.video
    material.next_upload = Upload.objects.create(
        owner=cast.tanaka, category="video", name="a.mp4", size=1, part_size=1, state="aborted"
    )
    material.save()
    assert file_state(material).step == "none"
    assert Activity.objects.get(pk=cast.video.pk).video.upload is None
