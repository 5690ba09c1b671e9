"""The check of a file is queued for certain, and again where it has to wait."""

import datetime

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from elearning.storage.errors import StoreUnavailable
from elearning.tasks.stopping import Interrupted
from elearning.uploads import scanning, services, verification
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


@pytest.mark.parametrize("end", [Interrupted, MemoryError, OSError])
def test_a_check_that_was_broken_off_is_left_to_the_queue(sent, monkeypatch, end):
    """Which begins it anew: were the next try queued here too, there would be two."""

    def dies(upload_id):
        raise end

    monkeypatch.setattr(verification, "verify", dies)
    with pytest.raises(end):
        run(DBTaskResult.objects.get())

    assert not DBTaskResult.objects.exists()


WAITS = pytest.mark.parametrize(
    "reason",
    [
        StoreUnavailable,
        scanning.NotScannedYet,
        EndpointConnectionError(endpoint_url="http://127.0.0.1"),
    ],
    ids=["store-away", "not-scanned", "no-connection"],
)


def waits_for(reason):
    def verify(upload_id):
        raise reason

    return verify


@WAITS
def test_what_only_has_to_be_waited_for_is_tried_again_within_a_minute(sent, monkeypatch, reason):
    with monkeypatch.context() as patched:
        patched.setattr(verification, "verify", waits_for(reason))
        for _ in range(20):
            run(DBTaskResult.objects.get())
            again = DBTaskResult.objects.get()
            assert again.run_after < timezone.now() + datetime.timedelta(minutes=2)

    run(DBTaskResult.objects.get())
    sent.refresh_from_db()
    assert sent.state == UploadState.VERIFIED
    assert not DBTaskResult.objects.exists()


@WAITS
def test_nothing_is_waited_for_longer_than_a_day(sent, monkeypatch, reason):
    Upload.objects.update(completed_at=timezone.now() - datetime.timedelta(days=2))
    monkeypatch.setattr(verification, "verify", waits_for(reason))

    run(DBTaskResult.objects.get())

    assert not DBTaskResult.objects.exists()
