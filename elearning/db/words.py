"""What the operators' page says about a status, in words."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.db import promises

Words = str | Promise
SHOWN_EVENTS = 20


@dataclass(frozen=True, slots=True)
class Look:
    """How serious something is, as a class of badges and an icon beside the words."""

    kind: str
    icon: str


GOOD = Look("done", "circle-check")
NEUTRAL = Look("info", "info")
ATTENTION = Look("warn", "triangle-alert")
DANGER = Look("late", "circle-x")

WAIT = gettext_lazy(
    "ふだんは自動で元に戻ります。5 分たっても続くときは、システムの担当者にお知らせください。"
)
# By the reason why reads are served from where they are: how serious, what is, what to do.
HEADLINES: dict[str, tuple[Look, Words, Words]] = {
    "in_use": (
        GOOD,
        gettext_lazy("データベースは正常です。"),
        gettext_lazy(
            "ページの表示は読み取り用データベース、保存は書き込み用データベースが受け持っています。"
        ),
    ),
    "one_database": (
        GOOD,
        gettext_lazy("データベースは正常です。"),
        gettext_lazy("データベースは 1 つで、ページの表示も保存も受け持っています。"),
    ),
    "starting": (
        NEUTRAL,
        gettext_lazy("読み取り用データベースを確認しています。"),
        gettext_lazy(
            "確認できるまで、ページの表示も書き込み用データベースが受け持ちます。数秒で終わります。"
        ),
    ),
    "behind": (
        ATTENTION,
        gettext_lazy(
            "読み取り用データベースが遅れているため、書き込み用データベースから読み取っています。"
        ),
        WAIT,
    ),
    "lag_unknown": (
        ATTENTION,
        gettext_lazy(
            "読み取り用データベースの遅れを測れないため、書き込み用データベースから読み取っています。"
        ),
        WAIT,
    ),
    "silent": (
        ATTENTION,
        gettext_lazy(
            "読み取り用データベースの状態がわからないため、"
            "書き込み用データベースから読み取っています。"
        ),
        WAIT,
    ),
    "breaker_open": (
        ATTENTION,
        gettext_lazy(
            "読み取り用データベースに接続できないため、書き込み用データベースから読み取っています。"
        ),
        WAIT,
    ),
    "writer_down": (
        DANGER,
        gettext_lazy("書き込み用データベースが使えないため、保存できません。"),
        gettext_lazy(
            "ページは読み取り用データベースから表示しています。"
            "切り替えはふだん 1 分ほどで終わります。"
            "5 分たっても続くときは、システムの担当者にお知らせください。"
        ),
    ),
    "down": (
        DANGER,
        gettext_lazy("データベースが使えないため、ページの表示も保存もできません。"),
        gettext_lazy("すぐにシステムの担当者にお知らせください。"),
    ),
}

WRITER_STATES: dict[str, tuple[Look, Words]] = {
    "up": (GOOD, gettext_lazy("稼働中")),
    "down": (DANGER, gettext_lazy("停止中")),
}
READER_STATES: dict[str, tuple[Look, Words]] = {
    "in_use": (GOOD, gettext_lazy("使用中")),
    "starting": (NEUTRAL, gettext_lazy("確認中")),
    "behind": (ATTENTION, gettext_lazy("遅れています")),
    "lag_unknown": (ATTENTION, gettext_lazy("遅れを測れません")),
    "silent": (ATTENTION, gettext_lazy("応答がありません")),
    "breaker_open": (DANGER, gettext_lazy("切り離しています")),
}

# Every name that events.tell() is given somewhere.
EVENTS: dict[str, tuple[Look, Words]] = {
    "writer_down": (DANGER, gettext_lazy("書き込み用データベースが使えなくなりました。")),
    "writer_up": (GOOD, gettext_lazy("書き込み用データベースが再び使えるようになりました。")),
    "writer_refuses_connections": (
        DANGER,
        gettext_lazy(
            "書き込み用データベースが接続を受け付けませんでした（接続数の上限、または認証）。"
        ),
    ),
    "writer_connections_renewed": (
        NEUTRAL,
        gettext_lazy("書き込み用データベースとの接続が切れたため、すべてつなぎ直しています。"),
    ),
    "reader_breaker_opened": (
        DANGER,
        gettext_lazy("読み取り用データベースに接続できないため、切り離しました。"),
    ),
    "reader_breaker_closed": (
        GOOD,
        gettext_lazy("読み取り用データベースに再び接続できました。"),
    ),
    "reader_in_use": (GOOD, gettext_lazy("読み取り用データベースの使用を始めました。")),
    "reader_not_in_use": (
        ATTENTION,
        gettext_lazy("読み取り用データベースの使用を止めました。"),
    ),
}


def in_words(status: dict[str, Any]) -> dict[str, Any]:
    """What templates/db/parts/status.html shows of status.describe()."""
    look, sentence, advice = HEADLINES[status["reads"]["reason"]]
    writer, reader, monitor = status["writer"], status["reader"], status["monitor"]
    return {
        "look": look,
        "sentence": sentence,
        "advice": advice,
        "writer": _with_words(writer, WRITER_STATES),
        "reader": reader and _reader(reader),
        "monitor_alive": bool(monitor and monitor["alive"]),
        "monitor_answered": _whole(monitor["answered"]) if monitor else None,
        "requests": status["requests"],
        "failovers": status["failovers"]["count"],
        "last_failover": _datetime(status["failovers"]["last"]),
        "connection_generation": status["connection_generation"],
        "events": [_event(event) for event in status["events"][:SHOWN_EVENTS]],
        "pid": status["process"]["pid"],
        "host": status["process"]["host"],
        "began_at": _datetime(status["process"]["began_at"]),
        "pin_seconds": int(promises.PIN),
    }


def _with_words(part: dict[str, Any], states: dict[str, tuple[Look, Words]]) -> dict[str, Any]:
    look, label = states[part["state"]]
    return {**part, "look": look, "label": label, "since": _datetime(part["since"])}


def _reader(reader: dict[str, Any]) -> dict[str, Any]:
    return {**_with_words(reader, READER_STATES), "lag": _lag(reader["lag"])}


def _lag(seconds: float | None) -> str:
    if seconds is None:
        return _("不明")
    if seconds < 0.1:
        return _("0.1 秒未満")
    # Nobody waits longer than that to learn how far behind it really is; see lag.py.
    text = _("%(seconds).1f 秒以上") if seconds > promises.ALLOWED_LAG else _("%(seconds).1f 秒")
    return text % {"seconds": seconds}


def _event(event: dict[str, str]) -> dict[str, Any]:
    look, sentence = EVENTS.get(event["name"], (NEUTRAL, event["name"]))
    return {
        "at": _datetime(event["at"]),
        "look": look,
        "sentence": sentence,
        "detail": _detail(event["detail"]),
    }


def _detail(detail: str) -> str:
    """Figures only: a driver's own words name servers and accounts."""
    if found := re.fullmatch(r"after ([\d.]+) s", detail):
        return _("使えなかった時間は %(seconds)s 秒です。") % {"seconds": found[1]}
    if found := re.fullmatch(r"lag ([\d.]+) s", detail):
        return _("遅れは %(seconds)s 秒です。") % {"seconds": found[1]}
    if found := re.match(r"\((\d+),", detail):
        return _("エラー番号は %(number)s です。") % {"number": found[1]}
    return ""


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _datetime(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)
