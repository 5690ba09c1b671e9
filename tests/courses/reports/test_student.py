import datetime

from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Subject
from courses.enrolment.models import ClassCourse, StudyDay
from courses.enrolment.queries import monday_of
from courses.reports.queries.person import bars, student_picture
from tests.cast import activity, course, lesson

from .conftest import ago


def states(picture) -> dict[str, str]:
    return {
        line.activity.title: line.state
        for part in picture.courses
        for lesson_part in part.lessons
        for line in lesson_part.lines
    }


def test_every_activity_says_how_it_stands(cast, overdue, begin, finish):
    overdue(cast.lesson, "おくれている")
    overdue(cast.lesson, "任意でおくれている", required=False)
    begin(cast.haruna, cast.video)
    finish(cast.haruna, cast.note)
    picture = student_picture(cast.class_a, cast.haruna)
    assert states(picture) == {
        "まとめノート": "completed",
        "速さの問題": "started",
        "演習プリント": "untouched",
        "おくれている": "overdue",
        "任意でおくれている": "untouched",
    }
    assert (picture.tally.done, picture.tally.total, picture.tally.overdue) == (1, 4, 1)


def test_what_is_longest_overdue_is_to_be_done_first(cast, overdue):
    overdue(cast.lesson, "三日前", due_at=ago(days=3))
    overdue(cast.lesson, "三週間前", due_at=ago(days=21))
    overdue(cast.lesson, "きのう", due_at=ago(days=1))
    picture = student_picture(cast.class_a, cast.haruna)
    titles = [late.line.activity.title for late in picture.overdue]
    assert titles == ["三週間前", "三日前", "きのう"]


def test_only_the_courses_of_this_class(cast):
    science = course("理科・中2標準", Subject.SCIENCE, cast.suzuki)
    activity(lesson(science, "電流"), "note", "ノート")
    ClassCourse.objects.create(class_group=cast.class_b, course=science)
    picture = student_picture(cast.class_a, cast.haruna)
    assert [part.course for part in picture.courses] == [cast.maths]


def test_eight_weeks_of_study_and_the_days_of_this_one(cast):
    today = timezone.localdate()
    monday = monday_of(today)
    for back, seconds in ((0, 3600), (7, 1800), (49, 60), (56, 9999)):
        StudyDay.objects.create(
            student=cast.haruna, day=monday - datetime.timedelta(days=back), seconds=seconds
        )
    picture = student_picture(cast.class_a, cast.haruna)
    assert [bar.seconds for bar in picture.weeks] == [60, 0, 0, 0, 0, 0, 1800, 3600]
    assert [bar.seconds for bar in picture.days] == [3600, 0, 0, 0, 0, 0, 0]
    assert [bar.day for bar in picture.days if bar.current] == [today]
    assert (picture.week_seconds, picture.last_week_seconds) == (3600, 1800)


def test_bars_are_as_high_as_their_share_of_the_highest():
    monday = datetime.date(2026, 11, 16)
    days = [monday + datetime.timedelta(days=n) for n in range(3)]
    drawn = bars([0, 50, 100], days, current=days[2], step=50)
    assert [bar.height for bar in drawn] == [3, 48, 96]
    assert all(bar.y + bar.height == drawn[0].y + drawn[0].height for bar in drawn)
    assert [bar.height for bar in bars([0, 0, 0], days, current=days[2], step=50)] == [3, 3, 3]


def test_the_page_tells_the_whole_story(cast, sign_in, finish, overdue):
    overdue(cast.lesson, "おくれている")
    finish(cast.haruna, cast.note)
    url = reverse("reports:student", args=[cast.class_a.pk, cast.haruna.pk])
    text = sign_in(cast.tanaka).get(url).text
    for words in (
        "さとう ひな",
        "佐藤 洋子",
        "連立方程式の利用",
        "おくれている",
        "期限切れ",
        "今日",
    ):
        assert words in text


def test_a_student_who_has_not_begun_is_shown_without_a_stumble(cast, sign_in):
    url = reverse("reports:student", args=[cast.class_a.pk, cast.ren.pk])
    text = sign_in(cast.tanaka).get(url).text
    assert "まだ学習していません" in text
    assert "保護者の登録はありません" in text
