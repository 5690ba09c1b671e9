"""The student's home: what next, until when, how far this week."""

import datetime

import pytest
from django.urls import reverse

from courses.catalog.models import State
from courses.enrolment.models import ClassCourse, Enrolment
from courses.learning import queries
from tests.cast import activity, lesson
from tests.courses.learning.conftest import japan


@pytest.fixture
def home(cast, sign_in, read):
    return lambda person=cast.haruna, query="": read(sign_in(person).get("/" + query))


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("04:59", "こんばんは"),
        ("05:00", "おはようございます"),
        ("10:59", "おはようございます"),
        ("11:00", "こんにちは"),
        ("16:59", "こんにちは"),
        ("17:00", "こんばんは"),
    ],
)
def test_the_greeting_follows_the_clock_in_japan(home, clock, time, words):
    clock(f"2026-11-20 {time}")
    assert f"{words}、佐藤 陽菜さん" in home()


def test_the_date_line_says_what_is_due_today(cast, home, ready):
    ready(cast.video)
    for each, due in ((cast.video, "2026-11-20 22:00"), (cast.note, "2026-11-20 23:59")):
        each.due_at = japan(due)
        each.save()
    assert "11月20日（金） 今日が期限：動画 1 本・ノート 1 件" in home()


def test_the_date_line_says_that_nothing_is_due_today(home):
    assert "11月20日（金） 今日が期限のものはありません" in home()


class TestResume:
    def test_goes_on_with_the_last_one_begun(self, cast, home, ready, begin, finish):
        ready(cast.video, cast.document)
        begin(cast.haruna, cast.document, at="2026-11-18 18:00")
        begin(cast.haruna, cast.video, at="2026-11-19 18:00", position=760.0)
        finish(cast.haruna, cast.note, at="2026-11-20 18:00")

        page = home()

        assert "第1回 連立方程式の利用" in page.replace("\u3000", " ")
        assert "ノート 1 件・動画 1 本・プリント 1 枚" in page
        assert "12:40 / 21:05" in page
        assert "動画「速さの問題」" in page
        assert "続きを見る" in page

    def test_offers_the_one_after_the_last_learnt_when_none_is_begun(
        self, cast, home, ready, finish
    ):
        ready(cast.video, cast.document)
        finish(cast.haruna, cast.video)
        resume = queries.student_home(cast.haruna).resume
        assert resume.step.activity == cast.document
        assert not resume.begun
        assert "はじめる" in home()

    def test_goes_back_to_what_was_left_out(self, cast, ready, finish):
        ready(cast.video, cast.document)
        finish(cast.haruna, cast.video, cast.document)
        assert queries.student_home(cast.haruna).resume.step.activity == cast.note

    def test_stays_in_the_course_learnt_last(self, cast, finish):
        ClassCourse.objects.create(class_group=cast.class_a, course=cast.english)
        first = lesson(cast.english, "不定詞")
        done, following = activity(first, "note", "一"), activity(first, "note", "二")
        finish(cast.haruna, cast.note, at="2026-11-18 18:00")
        finish(cast.haruna, done, at="2026-11-19 18:00")
        assert queries.student_home(cast.haruna).resume.step.activity == following

    def test_passes_over_what_is_not_ready(self, cast, finish):
        finish(cast.haruna, cast.note)
        assert queries.student_home(cast.haruna).resume is None

    def test_says_well_done_when_all_is_finished(self, cast, home, ready, finish):
        ready(cast.video, cast.document)
        finish(cast.haruna, cast.note, cast.video, cast.document)
        page = home()
        assert "公開されている学習は、すべて終わりました。" in page
        assert "講座を見直す" in page

    def test_asks_for_patience_when_there_is_no_course(self, cast, home):
        Enrolment.objects.filter(student=cast.haruna).delete()
        assert "受講中の講座は、まだありません。" in home()


class TestToDo:
    @pytest.fixture
    def dated(self, cast):
        def add(title, due, **fields):
            return activity(cast.lesson, "note", title, due_at=japan(due), **fields)

        return add

    def test_comes_by_due_date_with_overdue_first(self, cast, home, dated):
        dated("あさって", "2026-11-22 20:00")
        dated("今日中", "2026-11-20 22:00")
        dated("おくれ", "2026-11-18 22:00")
        dated("あす", "2026-11-21 23:59")

        page = home()

        places = [page.index(title) for title in ("おくれ", "今日中", "あす", "あさって")]
        assert places == sorted(places)
        for words in ("期限切れ", "今日 22:00 まで", "明日 23:59 まで", "11月22日（日）まで"):
            assert words in page
        assert "数学・中2標準\u3000第1回" in page
        assert "期限を過ぎたものが 1 件あります" in page

    def test_leaves_out_what_is_done_optional_undated_or_not_ready(self, cast, home, dated, finish):
        finish(cast.haruna, dated("おわった", "2026-11-21 20:00"))
        dated("任意のもの", "2026-11-21 20:00", required=False)
        activity(cast.lesson, "video", "準備中の動画", due_at=japan("2026-11-21 20:00"))
        assert queries.student_home(cast.haruna).to_do == []
        assert "期限のある学習は、すべて終わっています。" in home()

    def test_what_is_due_next_stays_in_sight_of_a_pile_of_overdue_things(self, cast, home, dated):
        for n in range(10):
            dated(f"おくれ{n}", f"2026-11-0{n % 9 + 1} 20:00")
        for n in range(10):
            dated(f"これから{n}", "2026-11-20 22:00")

        page = queries.student_home(cast.haruna)

        assert [step.overdue for step in page.to_do] == [True] * 4 + [False] * 4
        assert page.more == 12
        assert "ほか 12 件を見る" in home()
        everything = home(query="?todo=all")
        assert "ほか" not in everything
        assert everything.count("これから") == 10

    def test_another_students_work_is_none_of_mine(self, cast, dated, finish):
        mine = dated("宿題", "2026-11-21 20:00")
        finish(cast.ren, mine)
        assert [s.activity for s in queries.student_home(cast.haruna).to_do] == [mine]


class TestVisibility:
    def test_drafts_and_future_windows_are_invisible_to_students(self, cast, home):
        soon = japan("2026-11-21 00:00")
        activity(cast.lesson, "note", "下書きのノート", state=State.DRAFT)
        activity(cast.lesson, "note", "あしたのノート", published_from=soon, due_at=soon)
        activity(cast.lesson, "note", "おわったノート", published_until=japan("2026-11-19 00:00"))
        hidden = lesson(cast.maths, "まだの回", published_from=soon)
        activity(hidden, "note", "まだの回のノート", due_at=soon)

        page = queries.student_home(cast.haruna)

        assert page.to_do == []
        assert [s.activity for s in page.courses[0].steps] == [
            cast.note, cast.video, cast.document,
        ]  # fmt: skip
        assert len(page.courses[0].lessons) == 1
        for title in ("下書き", "あした", "おわった", "まだの回"):
            assert title not in home()

    def test_ended_enrolments_and_draft_courses_are_gone(self, cast):
        Enrolment.objects.filter(student=cast.haruna).update(ended_at=japan("2026-11-01 00:00"))
        assert queries.student_home(cast.haruna).courses == []
        cast.maths.state = State.DRAFT
        cast.maths.save()
        assert queries.student_home(cast.ren).courses == []


def test_course_cards_say_where_i_am(cast, home, ready, finish):
    ready(cast.video, cast.document)
    second = lesson(cast.maths, "図形の調べ方")
    activity(second, "note", "角")
    lesson(cast.maths, "からの回")
    finish(cast.haruna, cast.note, cast.video, cast.document)

    page = home()

    assert "田中 健一 先生" in page
    assert "3 回中 2 回目" in page
    assert "75%" in page


def test_subjects_come_in_the_order_of_schools(cast):
    Enrolment.objects.create(student=cast.haruna, course=cast.english)
    titles = [view.course.title for view in queries.student_courses(cast.haruna)]
    assert titles == ["数学・中2標準", "英語・中2発展"]


class TestStudyTime:
    def test_adds_up_the_week_and_compares_with_the_same_days_of_last_week(self, cast, home, study):
        for day, minutes in (("16", 60), ("17", 90), ("20", 125)):
            study(cast.haruna, f"2026-11-{day}", minutes=minutes)
        study(cast.haruna, "2026-11-13", minutes=225)
        study(cast.haruna, "2026-11-14", minutes=500)
        study(cast.ren, "2026-11-20", minutes=300)

        page = home()

        assert "4 時間 35 分 先週より +50分" in page
        assert "目標 6時間" in page
        assert "1時間30分" in page

    def test_says_when_it_is_less(self, cast, home, study):
        study(cast.haruna, "2026-11-12", minutes=70)
        assert "先週より −1時間10分" in home()

    def test_compares_nothing_with_nothing(self, home):
        page = home()
        assert "0 時間 0 分" in page
        assert "先週" not in page

    def test_says_when_the_goal_is_reached(self, cast, home, study, settings):
        settings.WEEKLY_GOAL_MINUTES = 45
        study(cast.haruna, "2026-11-16", minutes=45)
        page = home()
        assert "目標 45分" in page
        assert "目標達成" in page

    def test_bars_run_from_monday_to_sunday_and_know_today(self, cast, study):
        study(cast.haruna, "2026-11-16", minutes=60)
        study(cast.haruna, "2026-11-20", minutes=30)
        bars = queries.student_home(cast.haruna).week.bars
        assert [bar.start for bar in bars] == [
            datetime.date(2026, 11, 16) + datetime.timedelta(days=n) for n in range(7)
        ]
        assert [bar.height for bar in bars] == [84, 3, 3, 3, 42, 3, 3]
        assert [bar.now for bar in bars] == [False] * 4 + [True] + [False] * 2

    def test_the_day_changes_at_midnight_in_japan(self, cast, study, clock):
        study(cast.haruna, "2026-11-23", minutes=20)
        clock("2026-11-23 00:10")
        week = queries.student_home(cast.haruna).week
        assert week.bars[0].now
        assert week.seconds == 20 * 60


def test_only_students_see_their_courses(cast, sign_in):
    for person in (cast.yoko, cast.tanaka, cast.midori):
        assert sign_in(person).get(reverse("learning:courses")).status_code == 403


def test_the_list_of_courses_leads_to_each(cast, sign_in):
    page = sign_in(cast.haruna).get(reverse("learning:courses"))
    assert reverse("learning:course", args=[cast.maths.pk]) in page.content.decode()
    assert "英語" not in page.content.decode()


def test_the_list_of_courses_is_kind_when_empty(cast, sign_in, read):
    Enrolment.objects.all().delete()
    page = read(sign_in(cast.haruna).get(reverse("learning:courses")))
    assert "受講中の講座は、まだありません。" in page
