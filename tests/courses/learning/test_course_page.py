"""A course's page: what is in it, where am I; and its preview."""

import pytest
from django.urls import reverse

from courses.catalog.models import State
from courses.enrolment.models import Enrolment, Progress
from courses.learning import queries
from courses.learning.queries.outline import Standing
from tests.cast import activity, course, lesson
from tests.courses.learning.conftest import japan


@pytest.fixture
def page(cast, sign_in, read):
    address = reverse("learning:course", args=[cast.maths.pk])
    return lambda person=cast.haruna: read(sign_in(person).get(address))


def test_shows_description_teachers_lessons_and_facts(cast, page, ready):
    cast.maths.description = "連立方程式から始めます。"
    cast.maths.save()
    ready(cast.video, cast.document)
    text = page()
    for words in (
        "数学・中2標準",
        "田中 健一 先生",
        "連立方程式から始めます。",
        "第1回\u3000連立方程式の利用",
        "動画\u300021:05",
        "プリント\u30004 ページ・1.2 MB",
        "1 回中 1 回目",
        "必修 3 件中 0 件完了",
    ):
        assert words in text
    assert "ほかの回は" not in text


def test_every_activity_has_its_standing(cast, page, ready, begin, finish):
    ready(cast.video)
    finish(cast.haruna, cast.note)
    begin(cast.haruna, cast.video)
    activity(cast.lesson, "note", "おくれ", due_at=japan("2026-11-19 20:00"))
    activity(cast.lesson, "note", "これから", due_at=japan("2026-11-25 20:00"))
    optional = {"required": False, "due_at": japan("2026-11-19 20:00")}
    activity(cast.lesson, "note", "おまけ", **optional)

    steps = queries.course_page(cast.maths, cast.haruna).steps

    assert {step.activity.title: step.standing for step in steps} == {
        "まとめノート": Standing.DONE,
        "速さの問題": Standing.STARTED,
        "演習プリント": Standing.WAITING,
        "おくれ": Standing.OVERDUE,
        "これから": Standing.NEW,
        "おまけ": Standing.NEW,
    }
    text = page()
    for words in ("完了", "学習中", "準備中", "期限切れ", "未着手", "任意", "11月25日（水）まで"):
        assert words in text


def test_points_to_what_comes_next_once(cast, page, ready, finish):
    ready(cast.video, cast.document)
    finish(cast.haruna, cast.note)
    view = queries.course_page(cast.maths, cast.haruna)
    assert view.next.activity == cast.video
    text = page()
    assert "次はここ 第1回\u3000速さの問題" in text
    assert "速さの問題 次はここ" in text
    assert text.count("次はここ") == 2


def test_lessons_keep_their_numbers_whatever_is_published(cast, page):
    lesson(cast.maths, "下書きの回", state=State.DRAFT)
    lesson(cast.maths, "消された回", deleted_at=japan("2026-11-01 10:00"))
    lesson(cast.maths, "からの回")
    last = lesson(cast.maths, "図形の調べ方")
    activity(last, "note", "角")
    text = page()
    assert "第3回\u3000からの回" in text
    assert "第4回\u3000図形の調べ方" in text
    assert "4 回中 1 回目" in text
    assert "ほかの回は、公開されるとここに並びます。" in text
    assert "下書きの回" not in text
    assert "消された回" not in text
    assert "この回の教材は準備中です。" in text


def test_a_lesson_is_done_when_its_required_activities_are(cast, ready, finish):
    activity(cast.lesson, "note", "おまけ", required=False)
    finish(cast.haruna, cast.note, cast.video, cast.document)
    view = queries.course_page(cast.maths, cast.haruna)
    assert view.lessons[0].done
    assert view.tally.percent == 100


def test_an_empty_lesson_is_never_done(cast):
    lesson(cast.maths, "からの回")
    assert not queries.course_page(cast.maths, cast.haruna).lessons[1].done


def test_says_so_when_all_is_finished(cast, page, ready, finish):
    ready(cast.video, cast.document)
    finish(cast.haruna, cast.note, cast.video, cast.document)
    text = page()
    assert "公開されている学習は、すべて終わりました。" in text
    assert "次はここ" not in text


def test_a_course_without_lessons_is_being_prepared(cast, sign_in, read):
    empty = course("理科・中2標準", "science", cast.tanaka)
    Enrolment.objects.create(student=cast.haruna, course=empty)
    address = reverse("learning:course", args=[empty.pk])
    assert "教材の準備中です。" in read(sign_in(cast.haruna).get(address))


def test_outsiders_get_404(cast, sign_in):
    address = reverse("learning:course", args=[cast.maths.pk])
    for person in (cast.sota, cast.yoko, cast.suzuki):
        assert sign_in(person).get(address).status_code == 404


class TestPreview:
    def test_has_a_banner_that_leads_back(self, cast, sign_in, read):
        response = sign_in(cast.tanaka).get(reverse("learning:course", args=[cast.maths.pk]))
        assert "プレビュー ：生徒にはこのように見えます。" in read(response)
        assert reverse("catalog:course", args=[cast.maths.pk]) in response.content.decode()

    def test_students_see_no_banner(self, page):
        assert "プレビュー" not in page()

    def test_shows_drafts_and_closed_windows_as_such(self, cast, page):
        activity(cast.lesson, "note", "書きかけ", state=State.DRAFT)
        activity(cast.lesson, "note", "あした", published_from=japan("2026-11-21 00:00"))
        activity(cast.lesson, "note", "きのう", published_until=japan("2026-11-19 00:00"))
        lesson(cast.maths, "書きかけの回", state=State.DRAFT)
        text = page(cast.tanaka)
        assert "第2回\u3000書きかけの回" in text
        for words in ("書きかけ ノート 下書き", "あした ノート 公開前", "きのう ノート 公開終了"):
            assert words in text

    def test_shows_neither_progress_nor_lateness(self, cast, page, finish):
        finish(cast.haruna, cast.note)
        activity(cast.lesson, "note", "おくれ", due_at=japan("2026-11-19 20:00"))
        text = page(cast.tanaka)
        for words in ("完了", "期限切れ", "未着手", "次はここ", "回目"):
            assert words not in text

    def test_records_nothing(self, cast, page):
        page(cast.tanaka)
        assert not Progress.objects.exists()
