"""Files on their way to an activity."""

import pytest

from courses.catalog.models import Activity, State
from courses.materials import services
from courses.materials.models import Document, Video
from elearning.uploads import services as uploads
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.signals import settled


def arrive(upload, state=UploadState.VERIFIED, **facts):
    """The check of this upload has ended."""
    Upload.objects.filter(pk=upload.pk).update(state=state, **facts)
    upload.refresh_from_db()
    settled.send(sender=Upload, upload=upload)
    upload.refresh_from_db()


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("速さの問題.mp4", "video", "速さの問題"),
        ("授業.MOV", "video", "授業"),
        ("演習プリント.v2.pdf", "document", "演習プリント.v2"),
        ("写真.JPG", "document", "写真"),
        ("x" * 120 + ".pdf", "document", "x" * 80),
    ],
)
def test_a_file_becomes_a_draft_activity_of_its_kind(cast, name, kind, title):
    activity, upload = services.begin_material(
        lesson=cast.lesson, owner=cast.tanaka, name=name, size=9
    )
    assert (activity.kind, activity.title, activity.state) == (kind, title, State.DRAFT)
    assert activity.order > cast.document.order
    material = getattr(activity, kind)
    assert (material.upload, material.next_upload) == (None, upload)


@pytest.mark.parametrize(("name", "size"), [("a.exe", 9), ("a.mp4", 0), ("", 9), ("a.pdf", 10**15)])
def test_a_file_that_is_not_taken_leaves_nothing_behind(cast, name, size):
    before = Activity.objects.count()
    with pytest.raises(uploads.Refused, match=r"。"):
        services.begin_material(lesson=cast.lesson, owner=cast.tanaka, name=name, size=size)
    assert Activity.objects.count() == before
    assert not Upload.objects.exists()


def test_a_verified_file_comes_into_use(cast):
    activity, upload = services.begin_material(
        lesson=cast.lesson, owner=cast.tanaka, name="a.mp4", size=9
    )
    arrive(upload)
    activity.refresh_from_db()
    assert upload.state == UploadState.PUBLISHED
    assert (activity.video.upload, activity.video.next_upload) == (upload, None)


def test_a_rejected_file_stays_where_its_reason_is_read(cast):
    activity, upload = services.begin_material(
        lesson=cast.lesson, owner=cast.tanaka, name="a.pdf", size=9
    )
    arrive(upload, UploadState.REJECTED, reason="damaged")
    assert upload.state == UploadState.REJECTED
    assert (activity.document.upload, activity.document.next_upload) == (None, upload)


def test_the_present_file_stays_in_use_until_its_replacement_is_verified(cast, make_upload, hold):
    old = make_upload()
    video = hold(cast.video, old)
    new = services.replace_upload(material=video, owner=cast.tanaka, name="b.mp4", size=9)
    video.refresh_from_db()
    assert (video.upload, video.next_upload) == (old, new)
    arrive(new)
    video.refresh_from_db()
    assert (video.upload, video.next_upload) == (new, None)


def test_a_rejected_replacement_takes_nothing_away(cast, make_upload, hold):
    old = make_upload()
    video = hold(cast.video, old)
    new = services.replace_upload(material=video, owner=cast.tanaka, name="b.mp4", size=9)
    arrive(new, UploadState.REJECTED, reason="damaged")
    video.refresh_from_db()
    assert (video.upload, video.next_upload) == (old, new)


def test_a_second_replacement_wins_whichever_arrives_first(
    cast, make_upload, hold, django_capture_on_commit_callbacks
):
    video = hold(cast.video, make_upload())
    first = services.replace_upload(material=video, owner=cast.tanaka, name="1.mp4", size=9)
    with django_capture_on_commit_callbacks(execute=True):
        second = services.replace_upload(material=video, owner=cast.tanaka, name="2.mp4", size=9)
    first.refresh_from_db()
    assert first.state == UploadState.ABORTED
    arrive(second)
    arrive(first)  # its check had been under way already
    video.refresh_from_db()
    assert (video.upload, video.next_upload) == (second, None)
    assert first.state == UploadState.VERIFIED


def test_a_superseded_file_that_was_just_verified_does_not_come_back(cast, make_upload, hold):
    video = hold(cast.video, make_upload())
    first = services.replace_upload(material=video, owner=cast.tanaka, name="1.mp4", size=9)
    Upload.objects.filter(pk=first.pk).update(state=UploadState.VERIFIED)
    second = services.replace_upload(material=video, owner=cast.tanaka, name="2.mp4", size=9)
    arrive(first)
    video.refresh_from_db()
    assert video.next_upload == second
    assert video.upload != first


def test_the_news_may_come_twice(cast):
    activity, upload = services.begin_material(
        lesson=cast.lesson, owner=cast.tanaka, name="a.mp4", size=9
    )
    arrive(upload)
    settled.send(sender=Upload, upload=upload)
    assert Video.objects.get(activity=activity).upload == upload


def test_a_video_is_not_replaced_by_a_print(cast):
    with pytest.raises(uploads.Refused, match="動画ではありません"):
        services.replace_upload(material=cast.video.video, owner=cast.tanaka, name="b.pdf", size=9)
    assert Video.objects.get(activity=cast.video).next_upload is None


def test_a_copy_holds_the_same_file(cast, make_upload, hold):
    upload = make_upload(name="a.pdf")
    hold(cast.document, upload)
    target = Activity.objects.create(lesson=cast.lesson, kind="document", title="写し")
    services.copy_file(source=cast.document, target=target)
    assert Document.objects.get(activity=target).upload == upload
