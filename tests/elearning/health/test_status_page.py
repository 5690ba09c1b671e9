"""What the office sees of the whole site, and in which words."""

import pytest

from elearning.db import words as database_words
from elearning.db.status import describe
from elearning.db.words import DANGER, GOOD, NEUTRAL
from elearning.db.writer_state import writer_state
from elearning.health import words
from elearning.health.check import Check, Degraded, Down
from elearning.health.rounds import Rounds, rounds, site_lines

NAMES = [check.name for line in site_lines() for check in line]


class Said(Check):
    """Answers what it was told to."""

    def __init__(self, name: str, answer: Exception | None, figures: dict) -> None:
        super().__init__()
        self.name, self.answer, self.counted = name, answer, figures

    def look(self) -> None:
        self.figures = self.counted
        if self.answer:
            raise self.answer


FIGURES = {
    "queue": {"default": {"ready": 2, "running": 1, "oldest_seconds": 400.0}},
    "workers": {"alive": 3},
}


def a_round(**answers: Exception):
    """All is well but what is named."""
    line = [Said(name, answers.get(name), FIGURES.get(name, {})) for name in NAMES]
    return Rounds([[check] for check in line]).latest()


def headline(**answers: Exception):
    return words.headline(a_round(**answers), database_words.in_words(describe()))


def rows(**answers: Exception):
    shown = words.in_words(a_round(**answers), database_words.in_words(describe()))
    return {str(row["name"]): row for row in shown}


def test_every_check_is_on_the_page_or_is_told_with_the_databases():
    assert set(words.NAMES) | {"writer", "reader"} == set(NAMES)


def test_all_is_well_only_when_every_part_is():
    assert (headline()["look"], headline()["sentence"]) == (GOOD, "すべて正常です。")
    for name in words.NAMES:
        assert headline(**{name: Down("error")})["sentence"] != "すべて正常です。"


def test_the_worst_is_named_first():
    said = headline(queue=Degraded("late"), store=Down("no_answer"))

    assert said["look"] is DANGER
    assert said["sentence"].startswith("教材の保管先：応答がありません。")
    assert said["advice"] == "すぐにシステムの担当者にお知らせください。"


def test_of_equals_the_databases_come_first_as_the_others_may_come_of_it():
    writer_state.went_down(0, "gone")

    said = headline(store=Down("no_answer"))

    assert said["sentence"].startswith("データベースが使えないため")


def test_a_writer_that_only_the_check_finds_silent_is_named_too():
    assert headline(writer=Down("no_answer"))["sentence"] == "データベースの応答がありません。"


def test_each_part_has_a_row_with_its_figures():
    shown = rows(queue=Degraded("late"))

    assert list(shown) == ["データベース", *map(str, words.NAMES.values())]
    assert shown["順番待ちの処理"]["label"] == "注意"
    assert shown["順番待ちの処理"]["detail"] == "待ち 2 件、実行中 1 件、いちばん長い待ちは 6 分"
    assert shown["処理を行うプログラム"]["detail"] == "動いているもの 3 つ"


def test_what_was_not_asked_is_called_neither_well_nor_in_trouble():
    shown = rows(queue=Degraded("not_asked"))["順番待ちの処理"]

    assert (shown["label"], shown["look"]) == ("不明", NEUTRAL)
    assert shown["detail"] == ""


def told_words() -> set[tuple[str, str]]:
    """All that the checks of the page can say, by name and word."""
    everybody = {"ok", "error", "no_answer", "hanging", "not_asked"}
    own = {
        "store": {"refused", "missing"},
        "queue": {"late", "stuck", "long"},
        "workers": {"none_alive"},
        "migrations": {"pending"},
        "cache_table": {"missing"},
        "writer": set(),
    }
    return {(name, word) for name, some in own.items() for word in some | everybody}


@pytest.mark.parametrize(("name", "word"), sorted(told_words()))
def test_every_word_has_a_sentence(name, word):
    assert words._sentence(name, word)


def test_the_office_sees_the_same_round_as_the_alarms(cast, sign_in, monkeypatch):
    found = a_round(store=Down("refused"))
    monkeypatch.setattr(rounds, "_latest", found)
    monkeypatch.setattr(rounds, "_good_until", float("inf"))

    page = sign_in(cast.midori).get("/office/status/").content.decode()

    assert "教材の保管先：使う権限がないか" in page
    assert "サイトの各部" in page
