"""Two at a time, and work that dies in the middle: nothing is lost, nothing is half there."""

import datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from elearning.storage.current import material_storage
from elearning.storage.local import LocalFiles
from elearning.uploads import services, verification
from elearning.uploads.errors import Conflict, FileChanged
from elearning.uploads.models import Upload, UploadPart
from elearning.uploads.signals import completed, settled
from elearning.uploads.stores.local import LocalStore

from .conftest import PART, piece, sha256


@pytest.fixture
def heard():
    """The states of the uploads that `settled` told of, in order."""
    states = []

    def listen(sender, upload, **kwargs):
        states.append(upload.state)

    settled.connect(listen)
    yield states
    settled.disconnect(listen)


@pytest.fixture
def sent(browser, mp4) -> Upload:
    """All parts are there; the check is still to come."""
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    return services.complete(upload=upload)


def parts_left(settings, upload) -> bool:
    return (settings.UPLOAD_PARTS_DIR / str(upload.pk)).exists()


def test_two_completes_queue_one_check(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    first, second = Upload.objects.get(pk=upload.pk), Upload.objects.get(pk=upload.pk)
    queued = []

    def listen(sender, upload, **kwargs):
        queued.append(upload.pk)

    completed.connect(listen)
    try:
        assert services.complete(upload=first).state == "uploaded"
        assert services.complete(upload=second).state == "uploaded"
    finally:
        completed.disconnect(listen)
    assert queued == [upload.pk]


def test_complete_after_abort_with_stale_knowledge_is_a_conflict(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    stale = Upload.objects.get(pk=upload.pk)
    services.abort(upload)
    with pytest.raises(Conflict):
        services.complete(upload=stale)
    stale.refresh_from_db()
    assert stale.state == "aborted"


def test_a_part_that_arrives_while_it_is_cancelled_is_not_kept(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)

    class CancelsMidway:
        data = piece(mp4, 1)

        def read(self, size):
            chunk, self.data = self.data[:400], self.data[400:]
            if len(self.data) < PART - 500 and not self.done:
                self.done = True
                browser.delete(upload)
            return chunk

        done = False

    stream = CancelsMidway()
    with pytest.raises(Conflict):
        services.receive_part(upload=upload, number=1, stream=stream)
    assert not UploadPart.objects.exists()
    assert not parts_left(settings, upload)


def test_a_part_that_arrived_just_before_it_was_cancelled_is_not_kept(
    browser, mp4, settings, monkeypatch
):
    upload = browser.begin("a.mp4", mp4)
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    real = LocalStore.write_part

    def cancelled_afterwards(self, *args, **kwargs):
        part = real(self, *args, **kwargs)
        Upload.objects.update(state="aborted")
        return part

    monkeypatch.setattr(LocalStore, "write_part", cancelled_afterwards)
    assert browser.put(upload, 1, piece(mp4, 1)).status_code == 409
    assert not parts_left(settings, upload)


def test_a_part_that_nobody_announced_is_not_taken_once_the_upload_is_complete(
    browser, mp4, settings
):
    upload = browser.begin("a.mp4", mp4)
    Upload.objects.update(state="uploaded")
    assert browser.put(upload, 1, piece(mp4, 1)).status_code == 409
    assert not UploadPart.objects.exists()
    assert not parts_left(settings, upload)


def test_of_two_senders_of_one_part_with_different_bytes_the_first_to_arrive_counts(
    browser, mp4, settings
):
    upload = browser.begin("a.mp4", mp4)
    other = b"y" * PART

    class Overtaken:
        """While this part arrives, another tab sends the same number."""

        data = piece(mp4, 1)

        def read(self, size):
            if self.data:
                assert browser.put(upload, 1, other).status_code == 200
            chunk, self.data = self.data, b""
            return chunk

    with pytest.raises(FileChanged):
        services.receive_part(upload=upload, number=1, stream=Overtaken())
    assert upload.parts.get().sha256 == sha256(other)
    assert [path.name for path in (settings.UPLOAD_PARTS_DIR / str(upload.pk)).iterdir()] == [
        f"1.{sha256(other)}"
    ]


def test_a_worker_that_died_while_joining_is_followed_by_another(sent, mp4, monkeypatch, heard):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(verification.content, "look_into", die)
        with pytest.raises(KeyboardInterrupt):
            verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "uploaded"
    assert heard == []

    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.sha256) == ("verified", sha256(mp4))
    assert heard == ["verified"]
    assert default_storage.listdir("quarantine")[1] == []


def test_the_parts_are_kept_until_the_verdict_is_written(sent, settings, monkeypatch):
    def listener_fails(sender, **kwargs):
        raise RuntimeError("the page that waits for it")

    settled.connect(listener_fails)
    try:
        with pytest.raises(RuntimeError):
            verification.verify(sent.pk)
    finally:
        settled.disconnect(listener_fails)
    sent.refresh_from_db()
    assert sent.state == "uploaded"
    assert parts_left(settings, sent)

    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "verified"
    assert not parts_left(settings, sent)


def test_checking_twice_changes_nothing(sent, heard):
    verification.verify(sent.pk)
    sent.refresh_from_db()
    first = (sent.key, sent.verified_at)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert (sent.key, sent.verified_at) == first
    assert default_storage.exists(sent.key)
    assert set(heard) == {"verified"}


def test_two_workers_at_a_time_leave_one_file(sent, mp4, monkeypatch, heard):
    real = verification.content.look_into

    def meanwhile(file, name):
        findings = real(file, name)
        with monkeypatch.context() as patch:
            patch.setattr(verification.content, "look_into", real)
            verification.verify(sent.pk)
        return findings

    monkeypatch.setattr(verification.content, "look_into", meanwhile)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "verified"
    assert heard == ["verified"]
    with default_storage.open(sent.key) as file:
        assert file.read() == mp4
    assert default_storage.listdir("quarantine")[1] == []


def test_cancelled_while_it_is_checked_leaves_no_file(sent, browser, monkeypatch, settings, heard):
    real = verification.content.look_into

    def meanwhile(file, name):
        findings = real(file, name)
        browser.delete(sent)
        return findings

    monkeypatch.setattr(verification.content, "look_into", meanwhile)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "aborted"
    assert heard == []
    assert not default_storage.exists(f"verified/{sent.pk}")
    assert not parts_left(settings, sent)


def test_cancelled_between_the_copy_and_the_verdict_leaves_no_file(
    sent, browser, monkeypatch, heard
):
    real = LocalFiles.copy

    def cancelled_afterwards(self, source, target, **how):
        real(self, source, target, **how)
        browser.delete(sent)

    monkeypatch.setattr(LocalFiles, "copy", cancelled_afterwards)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "aborted"
    assert heard == []
    assert not default_storage.exists(f"verified/{sent.pk}")


def test_a_file_that_vanishes_under_the_check_is_checked_again(sent, monkeypatch):
    def vanished(self, key):
        raise FileNotFoundError(key)

    with monkeypatch.context() as patch:
        patch.setattr(LocalFiles, "version", vanished)
        with pytest.raises(FileNotFoundError):
            verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "uploaded"


def test_a_whole_that_is_longer_than_its_parts_is_refused(sent, monkeypatch):
    real = LocalStore.assemble

    def and_a_bit(self, upload, key):
        real(self, upload, key)
        with Path(default_storage.path(key)).open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr(LocalStore, "assemble", and_a_bit)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("rejected", "size")


def test_a_part_that_rotted_on_the_disk_is_found(sent, settings):
    folder = settings.UPLOAD_PARTS_DIR / str(sent.pk)
    part = next(path for path in folder.iterdir() if path.name.startswith("2."))
    part.write_bytes(b"z" * PART)
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("rejected", "parts_damaged")
    assert sent.key == f"quarantine/{sent.pk}"


def test_a_part_that_the_disk_lost_is_told(sent, settings):
    folder = settings.UPLOAD_PARTS_DIR / str(sent.pk)
    next(path for path in folder.iterdir() if path.name.startswith("2.")).unlink()
    verification.verify(sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.reason, sent.key) == ("rejected", "parts_damaged", "")
    assert list(material_storage().list("quarantine/")) == []


def test_parts_left_in_a_store_that_was_exchanged_are_not_called_damaged(sent):
    Upload.objects.update(place="s3:before-the-move")
    with pytest.raises(verification.InAnotherStore):
        verification.verify(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "uploaded"


def test_publishing_happens_once_and_only_after_the_check(sent):
    assert services.publish(sent) is False
    verification.verify(sent.pk)
    stale = Upload.objects.get(pk=sent.pk)
    assert services.publish(Upload.objects.get(pk=sent.pk)) is True
    assert services.publish(stale) is False
    stale.refresh_from_db()
    assert stale.state == "published"


def test_what_a_dead_worker_left_is_checked_on_command(
    sent, capsys, django_capture_on_commit_callbacks
):
    call_command("recheck_uploads", minutes=10)
    assert capsys.readouterr().out == "0 queued\n"
    with django_capture_on_commit_callbacks(execute=True):
        call_command("recheck_uploads", minutes=0)
    assert capsys.readouterr().out == "1 queued\n"
    sent.refresh_from_db()
    assert sent.state == "verified"


def test_a_file_that_may_be_what_ends_every_worker_is_left_to_the_office(sent, capsys):
    Upload.objects.update(completed_at=timezone.now() - datetime.timedelta(days=8))
    call_command("recheck_uploads")
    call_command("recheck_uploads", days=30)
    assert capsys.readouterr().out == "0 queued\n1 queued\n"


def test_a_check_of_an_upload_that_is_gone_is_no_error(db):
    import uuid

    verification.verify(uuid.uuid4())
