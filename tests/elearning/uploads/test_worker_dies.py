"""The check of a file is queued for certain, and again when it was broken off."""

import datetime

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from elearning.storage.errors import StoreUnavailable
from elearning.uploads import scanning, services, tasks, verification
from elearning.uploads.models import Upload, UploadState


@pytest.fixture(autouse=True)
def _queue_in_the_database(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def sent(browser, mp4) -> Upload:
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    return services.complete(upload=upload)


def run(queued: DBTaskResult) -> None:
    queued.delete()
    queued.task.call(*queued.args_kwargs["args"])


def test_the_check_is_queued_in_the_transaction_that_makes_it_due(sent):
    # Nothing is ever committed here: as if the process had died right after doing so.
    assert DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("end", [SystemExit, MemoryError, OSError])
def test_a_check_that_was_broken_off_comes_round_again(sent, monkeypatch, end):
    def dies(upload_id):
        raise end

    with monkeypatch.context() as patched:
        patched.setattr(verification, "verify", dies)
        queued = DBTaskResult.objects.get()
        with pytest.raises(end):
            run(queued)

    again = DBTaskResult.objects.get()
    assert again.run_after > timezone.now() + datetime.timedelta(minutes=10)
    run(again)
    sent.refresh_from_db()
    assert sent.state == UploadState.VERIFIED


def test_a_file_that_ends_every_worker_is_given_up_after_a_day(sent):
    Upload.objects.update(completed_at=timezone.now() - datetime.timedelta(days=2))
    run(DBTaskResult.objects.get())
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize(
    "reason",
    [
        StoreUnavailable,
        scanning.NotScannedYet,
        EndpointConnectionError(endpoint_url="http://127.0.0.1"),
    ],
    ids=["store-away", "not-scanned", "no-connection"],
)
def test_what_only_has_to_be_waited_for_is_tried_again_within_a_minute(sent, monkeypatch, reason):
    def waits(upload_id):
        raise reason

    queued = DBTaskResult.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr(verification, "verify", waits)
        run(queued)
        soon, later = DBTaskResult.objects.order_by("run_after")
        assert soon.run_after < timezone.now() + datetime.timedelta(minutes=2)
        assert later.run_after > timezone.now() + datetime.timedelta(minutes=10)
        run(soon)
        assert DBTaskResult.objects.count() == 2
        run(DBTaskResult.objects.order_by("run_after")[0])

    run(DBTaskResult.objects.order_by("run_after")[0])
    sent.refresh_from_db()
    assert sent.state == UploadState.VERIFIED
    assert DBTaskResult.objects.count() == 1


def test_tries_in_between_end_when_the_next_full_try_is_due(sent, monkeypatch):
    def waits(upload_id):
        raise StoreUnavailable

    monkeypatch.setattr(verification, "verify", waits)
    run(DBTaskResult.objects.get())
    rounds = 0
    while (
        soon := DBTaskResult.objects.filter(task_path__endswith="verify_soon").first()
    ) is not None:
        run(soon)
        rounds += 1
        assert rounds < 100
    assert rounds == tasks.SOON_TRIES
    assert tasks.SOON_TRIES * tasks.SOON < tasks.AGAIN_AFTER
