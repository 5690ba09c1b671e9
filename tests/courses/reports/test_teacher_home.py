import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting
from courses.catalog.models import Course, State
from courses.catalog.years import current_school_year
from courses.materials.models import Video
from courses.reports.queries.teacher import phase_of, teacher_day
from elearning.uploads.models import Upload, UploadState
from tests.cast import activity, join, lesson

from .conftest import ago


@pytest.fixture(autouse=True)
def _now_is_the_cast_s_year(cast):
    ClassGroup.objects.update(school_year=current_school_year())
    Course.objects.update(school_year=current_school_year())


def meet_today(class_group) -> None:
    ClassMeeting.objects.filter(class_group=class_group).delete()
    ClassMeeting.objects.create(
        class_group=class_group,
        weekday=timezone.localdate().weekday(),
        starts_at=datetime.time(0, 0),
        ends_at=datetime.time(23, 59, 59),
    )


def send(owner, lesson, *, state, title="板書", reason="", **times) -> Upload:
    """An upload on its way to a new video."""
    upload = Upload.objects.create(
        owner=owner,
        category="video",
        name=f"{title}.mp4",
        size=1000,
        part_size=500,
        state=state,
        reason=reason,
        **times,
    )
    video = activity(lesson, "video", title, state=State.DRAFT)
    Video.objects.filter(activity=video).update(next_upload=upload)
    return upload


def test_todays_classes_and_how_many_are_behind(cast, sign_in, overdue, finish):
    meet_today(cast.class_a)
    finish(cast.ren, overdue(cast.lesson))
    page = sign_in(cast.tanaka).get("/")
    assert "田中先生" in page.text
    assert "今日の授業は 1 件です" in page.text
    assert "遅れている生徒 1 人" in page.text
    assert "授業中" in page.text


def test_a_class_that_does_not_meet_today_is_not_todays(cast, sign_in):
    ClassMeeting.objects.update(weekday=(timezone.localdate().weekday() + 1) % 7)
    page = sign_in(cast.tanaka).get("/")
    assert page.context["day"].meetings == []
    assert "今日の授業はありません" in page.text


def test_before_during_and_after_a_lesson():
    meeting = ClassMeeting(starts_at=datetime.time(19), ends_at=datetime.time(20, 30))
    assert phase_of(meeting, datetime.time(18, 59)) == "later"
    assert phase_of(meeting, datetime.time(19)) == "now"
    assert phase_of(meeting, datetime.time(20, 30)) == "over"


def test_who_is_behind_in_any_of_my_classes(cast, sign_in, overdue, crowd, begin):
    crowd(12)
    late = overdue(cast.lesson)
    begin(cast.haruna, late, at=ago(days=9))
    page = sign_in(cast.tanaka).get("/")
    day = page.context["day"]
    assert len(day.behind) == 10
    assert day.behind_total == 14
    assert "全部で 14 人" in page.text
    haruna = next(line for line in day.behind if line.student == cast.haruna)
    assert [(each.class_group, each.overdue) for each in haruna.classes] == [(cast.class_a, 1)]
    assert haruna.absent
    assert reverse("reports:student", args=[cast.class_a.pk, cast.haruna.pk]) in page.text


def test_who_is_behind_in_two_of_my_classes_has_one_line(cast, overdue):
    cast.class_b.teachers.add(cast.tanaka)
    overdue(cast.lesson)
    english = lesson(cast.english, "Unit 1")
    overdue(english)
    overdue(english)
    join(cast.class_b, cast.haruna)
    day = teacher_day(cast.tanaka)
    haruna = next(line for line in day.behind if line.student == cast.haruna)
    assert [(each.class_group, each.overdue) for each in haruna.classes] == [
        (cast.class_b, 2),
        (cast.class_a, 1),
    ]
    assert day.behind_total == 3


def test_another_teachers_students_are_not_shown(cast, overdue):
    overdue(cast.lesson)
    assert teacher_day(cast.suzuki).behind == []


def test_a_refused_upload_and_one_that_broke_off_are_shown(cast, sign_in):
    send(cast.tanaka, cast.lesson, state=UploadState.REJECTED, title="壊れた", reason="damaged")
    silent = {"created_at": ago(hours=2), "touched_at": ago(minutes=11)}
    slow = {"created_at": ago(hours=2), "touched_at": ago(minutes=9)}
    send(cast.tanaka, cast.lesson, state=UploadState.PENDING, title="途中", **silent)
    send(cast.tanaka, cast.lesson, state=UploadState.PENDING, title="遅い回線", **slow)
    send(cast.tanaka, cast.lesson, state=UploadState.PENDING, title="いま送信中")
    send(cast.tanaka, cast.lesson, state=UploadState.UPLOADED, title="確認中")
    send(cast.suzuki, cast.lesson, state=UploadState.REJECTED, title="ほかの先生", reason="damaged")
    day = teacher_day(cast.tanaka)
    assert {(t.activity.title, t.rejected) for t in day.troubles} == {
        ("壊れた", True),
        ("途中", False),
    }
    text = sign_in(cast.tanaka).get("/").text
    assert day.troubles[0].reason or day.troubles[1].reason
    for trouble in day.troubles:
        assert reverse("catalog:activity", args=[trouble.activity.pk]) in text


def test_an_upload_that_nobody_waits_for_any_more_is_not_shown(cast):
    deleted = send(cast.tanaka, cast.lesson, state=UploadState.REJECTED, title="消した")
    activity_of = deleted.next_video.activity
    activity_of.deleted_at = timezone.now()
    activity_of.save()
    replaced = send(cast.tanaka, cast.lesson, state=UploadState.REJECTED, title="差し替えた")
    Video.objects.filter(next_upload=replaced).update(next_upload=None)
    assert teacher_day(cast.tanaka).troubles == []


def test_my_courses_are_a_step_away(cast, sign_in):
    text = sign_in(cast.tanaka).get("/").text
    assert reverse("catalog:course", args=[cast.maths.pk]) in text
    assert reverse("learning:course", args=[cast.maths.pk]) in text
    assert cast.english.title not in text


def test_a_new_teacher_is_told_how_to_begin(cast, sign_in):
    cast.class_a.teachers.clear()
    cast.maths.teachers.clear()
    text = sign_in(cast.tanaka).get("/").text
    assert reverse("catalog:course_new") in text
    assert "担当クラスはまだありません" in text
