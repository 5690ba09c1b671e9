"""A file replaced while the one before it is judged: both want the same two rows."""

import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, transaction

from courses.materials import services
from courses.materials.services import files
from elearning.uploads.models import Upload
from elearning.uploads.signals import settled

pytestmark = pytest.mark.on_postgresql


def test_a_replacement_and_the_verdict_on_what_it_replaces_do_not_deadlock(cast, monkeypatch):
    video = cast.video.video
    earlier = services.replace_upload(material=video, owner=cast.tanaka, name="a.mp4", size=9)
    Upload.objects.filter(pk=earlier.pk).update(state="uploaded")
    judged, replaced = threading.Event(), threading.Event()
    failures = []

    def verdict():
        try:
            with transaction.atomic():
                Upload.objects.filter(pk=earlier.pk).update(
                    state="verified", key=default_storage.save("a", ContentFile(b"123456789"))
                )
                judged.set()
                assert replaced.wait(30)
                settled.send(sender=Upload, upload=Upload.objects.get(pk=earlier.pk))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    real = files.uploads.abort

    def abort(upload):
        replaced.set()
        return real(upload)

    monkeypatch.setattr(files.uploads, "abort", abort)
    thread = threading.Thread(target=verdict)
    thread.start()
    assert judged.wait(30)
    try:
        later = services.replace_upload(material=video, owner=cast.tanaka, name="b.mp4", size=9)
    except Exception as error:
        failures.append(error)
    thread.join()

    assert failures == []
    video.refresh_from_db()
    assert (video.upload, video.next_upload) == (None, later)
