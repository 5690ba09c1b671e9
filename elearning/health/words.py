"""What the operators' page says about a round of checks, in words."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.db.words import ATTENTION, DANGER, GOOD, NEUTRAL, Look
from elearning.health.check import Status, Word
from elearning.health.rounds import SEVERITY, Round

Words = str | Promise

# The databases have cards of their own (elearning/db/words.py).
NAMES: dict[str, Words] = {
    "store": gettext_lazy("教材の保管先"),
    "queue": gettext_lazy("順番待ちの処理"),
    "workers": gettext_lazy("処理を行うプログラム"),
    "migrations": gettext_lazy("データベースの更新"),
    "cache_table": gettext_lazy("ログイン失敗の記録"),
}
LOOKS: dict[Status, Look] = {"ok": GOOD, "degraded": ATTENTION, "down": DANGER}
# From the least serious.
LABELS: dict[Look, Words] = {
    GOOD: gettext_lazy("正常"),
    NEUTRAL: gettext_lazy("確認中"),
    ATTENTION: gettext_lazy("注意"),
    DANGER: gettext_lazy("異常"),
}
SERIOUSNESS = list(LABELS)
NOT_KNOWN = gettext_lazy("不明")

# Of any check that has no sentence of its own for the word.
SENTENCES: dict[Word, Words] = {
    "ok": gettext_lazy("問題はありません。"),
    "error": gettext_lazy("確認中にエラーが起きました。詳しい内容はログにあります。"),
    "no_answer": gettext_lazy("応答がありません。"),
    "hanging": gettext_lazy("応答がありません。"),
    "not_asked": gettext_lazy("データベースの応答がないため、確認できません。"),
}
OWN_SENTENCES: dict[tuple[str, Word], Words] = {
    ("queue", "ok"): gettext_lazy("遅れはありません。"),
    ("writer", "no_answer"): gettext_lazy("データベースの応答がありません。"),
    ("writer", "hanging"): gettext_lazy("データベースの応答がありません。"),
    ("store", "ok"): gettext_lazy("動画やプリントを読み出せます。"),
    ("store", "no_answer"): gettext_lazy(
        "応答がありません。動画やプリントを開けないことがあります。"
    ),
    ("store", "hanging"): gettext_lazy(
        "応答がありません。動画やプリントを開けないことがあります。"
    ),
    ("store", "refused"): gettext_lazy(
        "使う権限がないか、設定に誤りがあるため、動画やプリントを開けません。"
    ),
    ("store", "missing"): gettext_lazy(
        "フォルダーがまだありません。最初の教材を登録すると作られます。"
    ),
    ("queue", "late"): gettext_lazy(
        "処理が遅れています。アップロードした教材の公開に、時間がかかることがあります。"
    ),
    ("queue", "stuck"): gettext_lazy(
        "処理が長いあいだ始まっていません。アップロードした教材が公開されません。"
    ),
    ("queue", "long"): gettext_lazy(
        "順番待ちが多くなっています。アップロードした教材の公開に、時間がかかることがあります。"
    ),
    ("workers", "none_alive"): gettext_lazy(
        "動いているプログラムがありません。アップロードした教材の確認や、メールの送信が進みません。"
    ),
    ("migrations", "ok"): gettext_lazy("最新の状態です。"),
    ("migrations", "pending"): gettext_lazy(
        "まだ適用されていない更新があります。一部のページが開けないことがあります。"
    ),
    ("cache_table", "ok"): gettext_lazy("記録できます。"),
    ("cache_table", "missing"): gettext_lazy(
        "記録する場所がありません。ログインできないことがあります。"
    ),
}

ALL_WELL = gettext_lazy("すべて正常です。")
ADVICE: dict[Status, Words] = {
    "degraded": gettext_lazy("しばらくたっても続くときは、システムの担当者にお知らせください。"),
    "down": gettext_lazy("すぐにシステムの担当者にお知らせください。"),
}


def in_words(found: Round, databases: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of the site, each with name, look, label, sentence and detail.

    `databases` as elearning/db/words.py makes it.
    """
    look = databases["look"]
    first = {
        "name": _("データベース"),
        "look": look,
        "label": LABELS[look],
        "sentence": databases["sentence"],
    }
    return [
        first,
        *({"name": name, **_row(key, found.findings[key])} for key, name in NAMES.items()),
    ]


def headline(found: Round, databases: dict[str, Any]) -> dict[str, Any]:
    """What the page says first: look, sentence, advice.

    `databases` as elearning/db/words.py makes it. Of several troubles the worst is named, and
    among equals that of the databases: the others may come of it.
    """
    known = {name: finding for name, finding in found.findings.items() if name != "reader"}
    worst = max(known, key=lambda name: SEVERITY.index(known[name]["status"]))
    status: Status = known[worst]["status"]
    look = LOOKS[status]
    of_databases = databases["look"]
    if of_databases is not GOOD and SERIOUSNESS.index(of_databases) >= SERIOUSNESS.index(look):
        return {key: databases[key] for key in ("look", "sentence", "advice")}
    if status == "ok":
        return {"look": look, "sentence": ALL_WELL, "advice": databases["advice"]}
    sentence = _sentence(worst, known[worst]["word"])
    if worst in NAMES:
        sentence = _("%(name)s：%(sentence)s") % {"name": NAMES[worst], "sentence": sentence}
    return {"look": look, "sentence": sentence, "advice": ADVICE[status]}


def _row(name: str, finding: dict[str, Any]) -> dict[str, Any]:
    unknown = finding["word"] == "not_asked"
    look = NEUTRAL if unknown else LOOKS[finding["status"]]
    figures = finding.get("figures")
    return {
        "look": look,
        "label": NOT_KNOWN if unknown else LABELS[look],
        "sentence": _sentence(name, finding["word"]),
        "detail": DETAILS[name](figures) if figures and name in DETAILS else "",
    }


def _sentence(name: str, word: Word) -> Words:
    return OWN_SENTENCES.get((name, word)) or SENTENCES[word]


def _queue_detail(queues: dict[str, dict[str, Any]]) -> str:
    ready = sum(each["ready"] for each in queues.values())
    running = sum(each["running"] for each in queues.values())
    minutes = int(max(each["oldest_seconds"] for each in queues.values()) // 60)
    said = _("待ち %(ready)d 件、実行中 %(running)d 件") % {"ready": ready, "running": running}
    if minutes:
        said += _("、いちばん長い待ちは %(minutes)d 分") % {"minutes": minutes}
    return said


def _workers_detail(figures: dict[str, Any]) -> str:
    return _("動いているもの %(count)d つ") % {"count": figures["alive"]}


DETAILS: dict[str, Callable[[dict[str, Any]], str]] = {
    "queue": _queue_detail,
    "workers": _workers_detail,
}
