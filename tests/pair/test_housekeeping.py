"""Quotas and housekeeping on real servers: their locks, and SQL that SQLite takes more easily."""

import datetime
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from courses.catalog.models import Activity
from courses.materials.models import Derivative
from courses.materials.queries import usage
from courses.materials.queries.usage import Amount
from courses.materials.services import begin_material
from courses.materials.services.quotas import used_by_course
from elearning.uploads import quotas
from elearning.uploads.errors import Refused
from elearning.uploads.models import Upload
from tests.cast import activity

MIB = 1024**2

pytestmark = pytest.mark.on_postgresql


def both_begin(cast, owners) -> list[str]:
    """Two files of 6 MiB for one course, at once."""
    together = threading.Barrier(len(owners))
    outcomes = []

    def begins(owner):
        together.wait()
        try:
            begin_material(lesson=cast.lesson, owner=owner, name="速さ.mp4", size=6 * MIB)
        except Refused:
            outcomes.append("refused")
        else:
            outcomes.append("begun")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begins, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_at_once_do_not_both_get_the_last_of_a_persons_quota(cast, settings):
    settings.UPLOAD_QUOTA_BYTES = 10 * MIB
    assert both_begin(cast, [cast.tanaka, cast.tanaka]) == ["begun", "refused"]
    assert quotas.used_by(cast.tanaka) == 6 * MIB


def test_two_at_once_do_not_both_get_the_last_of_a_courses_quota(cast, settings):
    settings.COURSE_QUOTA_BYTES = 10 * MIB
    assert both_begin(cast, [cast.tanaka, cast.suzuki]) == ["begun", "refused"]
    assert used_by_course(cast.maths.pk) == 6 * MIB


def film(cast, of: Activity, size: int) -> Upload:
    upload = Upload.objects.create(
        owner=cast.tanaka,
        category="video",
        name="速さ.mp4",
        size=size,
        part_size=size,
        state="published",
        key="verified/not-there",
    )
    of.video.upload = upload
    of.video.save(update_fields=["upload"])
    Derivative.objects.create(upload=upload, kind="poster", state="ready", key="d", size=size // 10)
    return upload


def test_what_is_used_and_unused_is_counted(cast, capsys):
    film(cast, cast.video, 100)
    binned = activity(cast.lesson, "video", "消した動画")
    film(cast, binned, 50)
    Activity.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    total = usage.total()
    assert (total.used, total.unused, total.derived) == (
        Amount(1, 100),
        Amount(1, 50),
        Amount(2, 15),
    )
    assert usage.by_course() == [(cast.maths.pk, Amount(1, 100, 10))]
    assert usage.by_owner() == [(cast.tanaka.pk, Amount(2, 150, 15))]


def test_housekeeping_runs_on_every_database(cast, capsys):
    lost = film(cast, cast.video, 100)
    binned = activity(cast.lesson, "video", "消した動画")
    unused = film(cast, binned, 50)
    unused.key = default_storage.save(f"verified/{unused.pk}", ContentFile(b"0123456789"))
    long_ago = timezone.now() - datetime.timedelta(days=40)
    unused.unused_since = lost.unused_since = long_ago
    unused.save(update_fields=["key", "unused_since"])
    lost.save(update_fields=["unused_since"])
    Activity.objects.filter(pk=binned.pk).update(deleted_at=long_ago)

    call_command("tidy_uploads")
    call_command("check_materials")
    lost.refresh_from_db()
    assert (lost.state, lost.unused_since) == ("published", None)
    assert default_storage.exists(unused.key)

    call_command("check_materials", remove=True)
    lost.refresh_from_db()
    assert (lost.state, lost.reason) == ("rejected", "lost")
    assert not default_storage.exists(unused.key)
    unused.refresh_from_db()
    assert (unused.state, unused.key) == ("aborted", "")
    assert not Derivative.objects.exists()
