"""Guardians read along: study time, how far, what is missing."""

import pytest
from django.urls import reverse

from accounts.models import Guardianship
from courses.catalog.models import State
from courses.enrolment.models import Enrolment
from tests.cast import activity
from tests.courses.learning.conftest import japan


def child_address(child) -> str:
    return reverse("learning:child", args=[child.pk])


@pytest.fixture
def home(cast, sign_in, read):
    return lambda person=cast.yoko: read(sign_in(person).get("/"))


@pytest.fixture
def page(cast, sign_in, read):
    return lambda child=cast.haruna, by=cast.yoko: read(sign_in(by).get(child_address(child)))


class TestHome:
    def test_shows_each_childs_week(self, cast, home, ready, study, finish):
        ready(cast.video, cast.document)
        study(cast.haruna, "2026-11-16", minutes=75)
        study(cast.haruna, "2026-11-15", minutes=500)
        finish(cast.haruna, cast.note, at="2026-11-19 20:00")
        activity(cast.lesson, "note", "おくれ", due_at=japan("2026-11-19 20:00"))
        text = home()
        for words in (
            "佐藤 陽菜さん 中2",
            "今週の学習時間 1時間15分",
            "最後の学習 昨日",
            "数学・中2標準 25%",
            "期限切れ 1 件",
        ):
            assert words in text

    def test_children_of_one_family_are_not_mixed_up(self, cast, home, study, finish):
        Guardianship.objects.create(guardian=cast.yoko, child=cast.sota)
        study(cast.haruna, "2026-11-16", minutes=75)
        finish(cast.haruna, cast.note)
        text = home()
        haruna, sota = text[: text.index("髙橋 颯太")], text[text.index("髙橋 颯太") :]
        assert "1時間15分" in haruna
        assert "数学・中2標準 33%" in haruna
        assert "今週の学習時間 0分" in sota
        assert "最後の学習 まだありません" in sota
        assert "数学" not in sota

    def test_not_ready_is_not_the_childs_fault(self, cast, home):
        cast.video.due_at = japan("2026-11-19 20:00")
        cast.video.save()
        assert "期限切れはありません" in home()

    def test_other_peoples_children_do_not_appear(self, cast, home):
        assert "髙橋 颯太" not in home()

    def test_without_children_it_says_whom_to_ask(self, cast, home):
        Guardianship.objects.all().delete()
        assert "お通いの校舎の受付までお知らせください。" in home()

    def test_a_child_without_courses(self, cast, home):
        Enrolment.objects.all().delete()
        assert "受講中の講座は、まだありません。" in home()


class TestChild:
    def test_shows_what_is_missing_and_what_is_done(self, cast, page, ready, finish, begin):
        ready(cast.video, cast.document)
        cast.video.due_at = japan("2026-11-19 22:00")
        cast.video.save()
        begin(cast.haruna, cast.video)
        activity(cast.lesson, "note", "あすまで", due_at=japan("2026-11-21 20:00"))
        activity(cast.lesson, "note", "来月まで", due_at=japan("2026-12-21 20:00"))
        finish(cast.haruna, cast.document, at="2026-11-18 20:00")
        text = page()
        for words in (
            "佐藤 陽菜さんの学習",
            "期限を過ぎたもの\u30001 件",
            "7日以内に期限が来るもの\u30001 件",
            "学習中 期限切れ 11月19日（木）まで",
            "あすまで",
            "田中 健一 先生",
        ):
            assert words in text
        assert "来月まで" not in text
        recent = text[text.index("最近終えた学習") :]
        assert "演習プリント" in recent
        assert "11月18日（水）" in recent
        assert "速さの問題" not in recent

    def test_shows_this_week_and_the_last_four(self, cast, page, study):
        study(cast.haruna, "2026-10-30", minutes=60)
        study(cast.haruna, "2026-10-25", minutes=600)
        study(cast.haruna, "2026-11-20", minutes=35)
        text = page()
        assert "0 時間 35 分" in text
        assert "1 時間 35 分" in text
        assert "10月26日（月）–11月1日（日）" in text

    def test_a_long_list_of_overdue_things_is_folded(self, cast, page):
        for n in range(11):
            activity(cast.lesson, "note", f"おくれ{n}", due_at=japan("2026-11-01 20:00"))
        text = page()
        assert "期限を過ぎたもの\u300011 件" in text
        assert "ほか 3 件を見る" in text
        assert text.count("おくれ") == 11

    def test_offers_no_way_into_activities(self, cast, sign_in, finish):
        activity(cast.lesson, "note", "おくれ", due_at=japan("2026-11-19 20:00"))
        finish(cast.haruna, cast.note)
        html = sign_in(cast.yoko).get(child_address(cast.haruna)).content.decode()
        assert "/activities/" not in html
        assert "/courses/" not in html

    def test_drafts_and_future_windows_are_invisible(self, cast, page):
        late = {"due_at": japan("2026-11-19 20:00")}
        activity(cast.lesson, "note", "書きかけ", state=State.DRAFT, **late)
        activity(cast.lesson, "note", "先のこと", published_from=japan("2026-11-21 00:00"), **late)
        text = page()
        assert "書きかけ" not in text
        assert "先のこと" not in text
        assert "期限を過ぎたものも、7日以内に期限が来るものもありません。" in text

    def test_another_guardians_child_is_404(self, cast, sign_in):
        assert sign_in(cast.yoko).get(child_address(cast.sota)).status_code == 404

    def test_other_roles_get_403(self, cast, sign_in):
        for person in (cast.haruna, cast.tanaka, cast.midori):
            assert sign_in(person).get(child_address(cast.haruna)).status_code == 403

    def test_who_left_the_juku_is_404(self, cast, sign_in):
        cast.haruna.is_active = False
        cast.haruna.save()
        assert sign_in(cast.yoko).get(child_address(cast.haruna)).status_code == 404


def test_in_english_the_courses_are_the_childs_and_not_the_readers(cast, sign_in):
    cast.yoko.language = "en"
    cast.yoko.save(update_fields=["language"])
    page = sign_in(cast.yoko).get(child_address(cast.haruna)).content.decode()

    assert '<h2 id="courses-title">Courses</h2>' in page
