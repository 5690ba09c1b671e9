"""The page of one activity, its course's outline beside it."""

import pytest
from django.urls import reverse

from courses.catalog.models import State
from courses.enrolment.models import Progress
from courses.learning import queries
from tests.cast import activity, lesson
from tests.courses.learning.conftest import japan


def address(of) -> str:
    return reverse("learning:activity", args=[of.pk])


@pytest.fixture
def page(cast, sign_in, read):
    return lambda of, person=cast.haruna: read(sign_in(person).get(address(of)))


def test_shows_title_kind_due_and_outline(cast, page, ready):
    ready(cast.video, cast.document)
    second = lesson(cast.maths, "図形の調べ方")
    activity(second, "note", "角")
    text = page(cast.video)
    for words in (
        "数学・中2標準 2 回中 1 回目",
        "第1回\u3000連立方程式の利用",
        "第2回\u3000図形の調べ方",
        "速さの問題",
        "21:05",
        "動画 必修 期限",
    ):
        assert words in text


def test_other_lessons_lead_to_their_first_activity_and_stay_folded(cast, sign_in):
    second = lesson(cast.maths, "図形の調べ方")
    first, other = activity(second, "note", "角"), activity(second, "note", "平行線")
    html = sign_in(cast.haruna).get(address(cast.note)).content.decode()
    assert f'href="{address(first)}"' in html
    assert f'href="{address(other)}"' not in html


def test_previous_and_next_run_through_the_whole_course(cast, page, ready):
    ready(cast.video, cast.document)
    following = activity(lesson(cast.maths, "図形の調べ方"), "note", "角")
    middle = queries.activity_page(cast.document, cast.haruna)
    assert (middle.previous.activity, middle.following.activity) == (cast.video, following)
    assert "前へ： 速さの問題" in page(cast.document)
    assert "第2回 角へ進む" in page(cast.document)
    assert "演習プリントへ進む" in page(cast.video)
    assert "前へ" not in page(cast.note)
    assert "講座のページへ戻る" in page(following)


class TestOpening:
    def test_begins_progress_once(self, cast, page):
        page(cast.note)
        first = Progress.objects.get(student=cast.haruna, activity=cast.note)
        page(cast.note)
        assert Progress.objects.get() == first
        assert first.state == "started"

    def test_writes_nothing_when_there_is_progress(self, cast, sign_in, begin):
        before = begin(cast.haruna, cast.note, at="2026-11-01 18:00")
        sign_in(cast.haruna).get(address(cast.note))
        after = Progress.objects.get()
        assert (after.last_at, after.opened_at) == (before.last_at, before.opened_at)

    def test_head_does_not_count_as_opening(self, cast, sign_in):
        assert sign_in(cast.haruna).head(address(cast.note)).status_code == 200
        assert not Progress.objects.exists()

    @pytest.mark.parametrize(
        "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
    )
    def test_prefetching_does_not_count_as_opening(self, cast, sign_in, headers):
        response = sign_in(cast.haruna).get(address(cast.note), headers=headers)
        assert response.status_code == 200
        assert not Progress.objects.exists()

    def test_what_is_not_ready_is_not_opened(self, cast, sign_in, read):
        response = sign_in(cast.haruna).get(address(cast.video))
        assert "この教材は準備中です。" in read(response)
        assert not Progress.objects.exists()
        assert "enrolment/study.js" not in response.content.decode()


class TestCompleting:
    def test_what_is_done_by_hand_has_a_button(self, cast, sign_in, read):
        client = sign_in(cast.haruna)
        response = client.get(address(cast.note))
        assert reverse("enrolment:complete", args=[cast.note.pk]) in response.content.decode()
        assert "完了にする" in read(response)

        client.post(reverse("enrolment:complete", args=[cast.note.pk]))

        text = read(client.get(address(cast.note)))
        assert "完了にする" not in text
        assert "完了" in text

    def test_says_when_it_was_completed(self, cast, page, finish):
        finish(cast.haruna, cast.note, at="2026-11-18 20:15")
        assert "11月18日（水） 20:15 に完了" in page(cast.note)

    def test_a_video_says_how_much_is_missing_and_has_no_button(self, cast, page, ready):
        ready(cast.video)
        text = page(cast.video)
        assert "あと 19 分ほど見ると完了です。" in text
        assert "完了にする" not in text

    def test_a_kind_whose_player_does_not_say_it_is_asked(self, cast, ready, monkeypatch):
        ready(cast.video)
        step = queries.activity_page(cast.video, cast.haruna).step
        monkeypatch.setattr(type(step.kind), "remaining", lambda *_: "あと 3 問です。")
        assert queries.remaining(step, cast.haruna, {}) == "あと 3 問です。"
        assert queries.remaining(step, cast.haruna, {"remaining": "…"}) == ""
        assert queries.remaining(step, None, {}) == ""

    def test_overdue_is_said_until_it_is_done(self, cast, page, finish):
        late = activity(cast.lesson, "note", "おくれ", due_at=japan("2026-11-19 20:00"))
        assert "期限切れ" in page(late)
        finish(cast.haruna, late)
        assert "期限切れ" not in page(late)

    def test_the_page_knows_what_completing_will_change(self, cast, ready, finish):
        ready(cast.video, cast.document)
        finish(cast.haruna, cast.note)
        page = queries.activity_page(cast.video, cast.haruna)
        assert (page.percent_after, page.completes_lesson) == (66, False)
        finish(cast.haruna, cast.document)
        page = queries.activity_page(cast.video, cast.haruna)
        assert (page.percent_after, page.completes_lesson) == (100, True)

    def test_optional_work_moves_no_percentage(self, cast, finish):
        extra = activity(cast.lesson, "note", "おまけ", required=False)
        assert queries.activity_page(extra, cast.haruna).percent_after == 0

    def test_what_the_script_shows_is_on_the_page(self, cast, sign_in, ready):
        ready(cast.video)
        html = sign_in(cast.haruna).get(address(cast.video)).content.decode()
        assert f'data-beat-url="{reverse("enrolment:beat", args=[cast.video.pk])}"' in html
        for mark in (
            "data-when-done hidden",
            "data-just-done hidden",
            "data-step-tick",
            "data-say",
        ):
            assert mark in html


class TestWho:
    def test_outsiders_get_404(self, cast, sign_in):
        for person in (cast.sota, cast.yoko, cast.suzuki):
            assert sign_in(person).get(address(cast.note)).status_code == 404

    def test_drafts_and_future_windows_are_invisible_to_students(self, cast, sign_in, page):
        draft = activity(cast.lesson, "note", "書きかけ", state=State.DRAFT)
        future = activity(cast.lesson, "note", "あした", published_from=japan("2026-11-21 00:00"))
        client = sign_in(cast.haruna)
        assert client.get(address(draft)).status_code == 404
        assert client.get(address(future)).status_code == 404
        text = page(cast.note)
        assert "書きかけ" not in text
        assert "あした" not in text

    def test_posting_is_refused(self, cast, sign_in):
        assert sign_in(cast.haruna).post(address(cast.note)).status_code == 405


class TestPreview:
    def test_records_nothing(self, cast, sign_in, ready):
        ready(cast.video)
        client = sign_in(cast.tanaka)
        for each in (cast.note, cast.video):
            html = client.get(address(each)).content.decode()
            assert "data-beat-url" not in html
            assert "enrolment/study.js" not in html
            assert "完了にする" not in html
        assert not Progress.objects.exists()

    def test_shows_drafts_as_such(self, cast, page):
        draft = activity(cast.lesson, "note", "書きかけ", state=State.DRAFT)
        text = page(draft, cast.tanaka)
        assert "プレビュー" in text
        assert text.count("下書き") == 2

    def test_leads_to_the_editor_while_there_is_nothing_to_show(self, cast, sign_in):
        html = sign_in(cast.tanaka).get(address(cast.video)).content.decode()
        assert reverse("catalog:activity", args=[cast.video.pk]) in html
