"""How much the files of one course may be together."""

import pytest
from django.utils import timezone

from courses.catalog.models import Activity
from courses.materials import services
from courses.materials.services.quotas import used_by_course
from elearning.uploads.errors import Refused
from elearning.uploads.models import Upload
from tests.cast import activity

MIB = 1024**2


@pytest.fixture(autouse=True)
def _ten_mib_each(settings):
    settings.COURSE_QUOTA_BYTES = 10 * MIB


def begin(cast, size: int, owner=None):
    return services.begin_material(
        lesson=cast.lesson, owner=owner or cast.tanaka, name="速さ.mp4", size=size * MIB
    )


def test_what_does_not_fit_into_the_course_leaves_nothing_behind(cast):
    begin(cast, 6)
    activities = Activity.objects.count()
    with pytest.raises(Refused) as refused:
        begin(cast, 5, owner=cast.suzuki)
    assert str(refused.value) == (
        "「速さ.mp4」（5 MB）を入れる容量が、この講座には残っていません。"
        "一つの講座に入れられるのは 10 MB までで、いま 6 MB を使っています。"
        "使わない学習項目を削除するか、小さいファイルに"
        "差し替えてください。上限については、運営にご相談ください。"
    )
    assert (Activity.objects.count(), Upload.objects.count()) == (activities, 1)
    begin(cast, 4)


def test_a_replacement_needs_no_room_beside_what_it_replaces(
    cast, make_upload, hold, django_capture_on_commit_callbacks
):
    video = hold(cast.video, make_upload(size=8 * MIB))
    first = services.replace_upload(material=video, owner=cast.tanaka, name="a.mp4", size=9 * MIB)
    with django_capture_on_commit_callbacks(execute=True):
        services.replace_upload(material=video, owner=cast.tanaka, name="b.mp4", size=10 * MIB)
    first.refresh_from_db()
    assert first.state == "aborted"
    with pytest.raises(Refused):
        services.replace_upload(material=video, owner=cast.tanaka, name="c.mp4", size=11 * MIB)


def test_nor_for_its_owners_quota(cast, make_upload, hold, settings):
    settings.UPLOAD_QUOTA_BYTES = 10 * MIB
    video = hold(cast.video, make_upload(size=8 * MIB))
    services.replace_upload(material=video, owner=cast.tanaka, name="a.mp4", size=9 * MIB)
    services.replace_upload(material=video, owner=cast.tanaka, name="b.mp4", size=10 * MIB)


def test_a_refused_replacement_leaves_the_one_on_its_way(cast, make_upload, hold):
    video = hold(cast.video, make_upload(size=8 * MIB))
    coming = services.replace_upload(material=video, owner=cast.tanaka, name="a.mp4", size=9)
    with pytest.raises(Refused):
        services.replace_upload(material=video, owner=cast.tanaka, name="c.mp4", size=11 * MIB)
    video.refresh_from_db()
    coming.refresh_from_db()
    assert (video.next_upload, coming.state) == (coming, "pending")


def test_a_file_that_is_in_the_course_twice_counts_once(cast, make_upload, hold):
    upload = make_upload(size=8 * MIB)
    hold(cast.video, upload)
    hold(activity(cast.lesson, "video", "もう一度"), upload)
    assert used_by_course(cast.maths.pk) == 8 * MIB
    assert used_by_course(cast.english.pk) == 0


def test_what_is_in_the_bin_does_not_count(cast, make_upload, hold):
    hold(cast.video, make_upload(size=8 * MIB))
    Activity.objects.filter(pk=cast.video.pk).update(deleted_at=timezone.now())
    assert used_by_course(cast.maths.pk) == 0


def test_a_teacher_is_told_by_the_page(cast, sign_in):
    answer = sign_in(cast.tanaka).post(
        f"/teach/lessons/{cast.lesson.pk}/uploads/",
        {"name": "a.mp4", "size": 11 * MIB},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert "この講座には残っていません" in answer.json()["error"]


def test_without_a_quota_there_is_no_limit(cast, settings):
    settings.COURSE_QUOTA_BYTES = 0
    begin(cast, 1000)
