"""Completing an upload with a key: once, whatever became of the answer."""

import pytest
from django.urls import reverse

from elearning.uploads import services
from elearning.uploads.models import UploadState
from elearning.uploads.signals import completed


@pytest.fixture
def queued():
    """The uploads whose check was queued, in order."""
    uploads = []

    def listen(sender, upload, **kwargs):
        uploads.append(upload.pk)

    completed.connect(listen)
    yield uploads
    completed.disconnect(listen)


@pytest.fixture
def complete(browser):
    def send(upload, *, key=None):
        return browser.client.post(
            reverse("uploads:complete", args=[upload.pk]),
            content_type="application/json",
            headers={"Idempotency-Key": key or f"complete-{upload.pk}"},
        )

    return send


def test_completing_twice_queues_one_check_and_tells_the_same(browser, mp4, complete, queued):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)

    first = complete(upload)
    again = complete(upload)

    assert first.json()["state"] == UploadState.UPLOADED
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert again["Cache-Control"] == first["Cache-Control"] == "no-store"
    assert queued == [upload.pk]


def test_a_missing_part_is_not_remembered(browser, mp4, complete, queued):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4, [1])

    early = complete(upload)
    browser.put_all(upload, mp4)
    late = complete(upload)

    assert early.status_code == 409
    assert 2 in early.json()["missing"]
    assert "Retry-After" not in early
    assert late.status_code == 200
    assert queued == [upload.pk]


def test_a_check_that_cannot_be_queued_leaves_the_upload_to_be_completed_again(
    browser, mp4, complete, queued
):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)

    def fail(sender, **kwargs):
        raise ConnectionError

    completed.connect(fail)
    try:
        with pytest.raises(ConnectionError):
            complete(upload)
    finally:
        completed.disconnect(fail)

    upload.refresh_from_db()
    assert upload.state == UploadState.PENDING
    assert complete(upload).json()["state"] == UploadState.UPLOADED


def test_one_key_for_two_uploads_is_refused(browser, mp4, complete):
    one, other = browser.begin("a.mp4", mp4), browser.begin("b.mp4", mp4)
    browser.put_all(one, mp4)
    browser.put_all(other, mp4)
    complete(one, key="complete")

    assert complete(other, key="complete").status_code == 422
    assert services.describe(other)["state"] == UploadState.PENDING
