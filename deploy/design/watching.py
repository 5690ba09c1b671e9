"""Section 12: alarms, events, logs, budget."""

import re
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    code,
    japanese,
    name_of,
    seconds,
    short,
    table,
    with_placeholder,
)

STATISTICS = {"Average": "平均", "Maximum": "最大", "Minimum": "最小", "Sum": "合計"}
SIGNS = {
    "GreaterThanThreshold": "＞",
    "GreaterThanOrEqualToThreshold": "≧",
    "LessThanThreshold": "＜",
    "LessThanOrEqualToThreshold": "≦",
}
MISSING = {"breaching": "異常", "notBreaching": "正常"}


def is_signal(alarm: dict[str, Any]) -> bool:
    """Whether it is a signal for Auto Scaling alone, which nobody is told of."""
    return "-scale-" in str(alarm["AlarmName"])


def alarms(design: Design) -> str:
    found = design.union("AWS::CloudWatch::Alarm").items()
    rows = []
    for place, alarm in sorted(found, key=lambda each: each[0].stack != "ops"):
        if not is_signal(alarm):
            meaning, first = _halves(japanese(alarm["AlarmDescription"]))
            rows.append(
                [
                    code(short(alarm["AlarmName"])),
                    meaning,
                    _condition(alarm),
                    MISSING.get(alarm.get("TreatMissingData", ""), "保留"),
                    first,
                    *design.presence(place),
                ]
            )
    head = ["アラーム", "意味", "条件", "欠測", "最初に見るもの", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _halves(text: str) -> tuple[str, str]:
    meaning, _, first = text.partition("。まず")
    return meaning, first.strip()


def _condition(alarm: dict[str, Any]) -> str:
    looks = alarm["EvaluationPeriods"]
    needed = alarm.get("DatapointsToAlarm", looks)
    if "Metrics" in alarm:
        told = next(each for each in alarm["Metrics"] if each.get("ReturnData"))
        metric, statistic = str(told.get("Label", told["Id"])), ""
        period = next(e["MetricStat"]["Period"] for e in alarm["Metrics"] if "MetricStat" in e)
    else:
        metric, period = alarm["MetricName"], alarm["Period"]
        named = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
        statistic = f" の{STATISTICS.get(str(named), f' {named}')}"
    often = f"{seconds(period)} × {looks} 回" + ("" if needed == looks else f"中 {needed} 回")
    sign = SIGNS[alarm["ComparisonOperator"]]
    threshold = f"{sign} {alarm['Threshold']:,}（{often}）"
    return f"{code(metric)}{statistic} {threshold}"


def alarm_count(built: Built) -> int:
    """How many alarms tell people of something."""
    return len([1 for _, alarm in built.of("AWS::CloudWatch::Alarm") if not is_signal(alarm)])


def events(design: Design) -> str:
    rows = [
        [
            code(with_placeholder(rule["Name"])),
            japanese(rule["Description"]),
            code(rule["EventPattern"]["source"][0]),
            *design.presence(place),
        ]
        for place, rule in design.union("AWS::Events::Rule").items()
    ]
    return table(["規則", "知らせること", "発生元", *ENVIRONMENT_COLUMNS], rows)


def mutes(design: Design) -> str:
    known = design.union("AWS::CloudWatch::Alarm")
    rows = []
    for place, rule in design.union("AWS::CloudWatch::AlarmMuteRule").items():
        alarms = [
            known[Place(place.stack, name_of(each))] for each in rule["MuteTargets"]["AlarmNames"]
        ]
        rows.append(
            [
                japanese(rule["Description"]),
                _quiet(rule["Rule"]["Schedule"]),
                "、".join(code(short(alarm["AlarmName"])) for alarm in alarms),
                *design.presence(place),
            ]
        )
    return table(["時期", "知らせない時間", "対象", *ENVIRONMENT_COLUMNS], rows)


DAYS = {"SUN": "日", "MON": "月", "TUE": "火", "WED": "水", "THU": "木", "FRI": "金", "SAT": "土"}


def _quiet(schedule: dict[str, Any]) -> str:
    """`cron(30 23 * * FRI,SAT)` and `PT9H15M` → 金・土曜 23:30 から 9 時間 15 分."""
    minute, hour, _, _, days = re.sub(r"cron\((.*)\)", r"\1", schedule["Expression"]).split()
    names = "・".join(DAYS.get(day, day) for day in days.split(","))
    found = re.findall(r"(\d+)([HM])", schedule["Duration"])
    length = " ".join(f"{number} {'時間' if unit == 'H' else '分'}" for number, unit in found)
    return f"{names}曜 {int(hour):02}:{int(minute):02} から {length}"


LOGS = {
    "errors": "サイトの警告とエラー",
    "metrics": "数値（埋め込みメトリクス形式）",
    "foreign": "サイト以外が書いた行（起動前の失敗など）",
    "router": "ログ転送コンテナ自身",
    "flow": "VPC フローログ",
}
RDS = {"error": "エラー", "slowquery": "遅い問い合わせ", "audit": "監査"}


def log_groups(design: Design) -> str:
    rows = []
    for place, group in design.union("AWS::Logs::LogGroup").items():
        name = with_placeholder(str(group["LogGroupName"]))
        last = name.rsplit("/", 1)[-1]
        known = f"データベースの{RDS.get(last, last)}ログ" if "/rds/" in name else LOGS.get(last)
        rows.append(
            [
                code(name),
                known or ("WAF が止めた・数えた要求" if "waf" in name else NONE),
                *design.across(lambda b, place=place: _retention(b, place)),
            ]
        )
    return table(["ロググループ", "内容", *ENVIRONMENT_COLUMNS], rows)


def _retention(built: Built, place: Place) -> str:
    group = built.find(*place)
    return f"{group['RetentionInDays']} 日" if group else NONE


def money(design: Design) -> str:
    def budget(built: Built) -> str:
        found = built.find("ops", "MonthlyBudget") or {}
        limit = found["Budget"]["BudgetLimit"]
        return f"{int(limit['Amount']):,} {limit['Unit']}"

    def notices(built: Built) -> str:
        found = (built.find("ops", "MonthlyBudget") or {})["NotificationsWithSubscribers"]
        kinds = {"ACTUAL": "実績", "FORECASTED": "予測"}
        return "<br>".join(
            f"{kinds[each['NotificationType']]} {each['Threshold']} %"
            for each in (one["Notification"] for one in found)
        )

    rows = [
        ["月の予算", *design.across(budget)],
        ["通知するとき", *design.across(notices)],
        ["費用の異常検知", *design.presence(Place("ops", "CostMonitor"))],
        ["ダッシュボード", *design.presence(Place("ops", "EveningDashboard"))],
        ["通知するアラームの数", *design.across(lambda b: str(alarm_count(b)))],
    ]
    return table(["項目", *ENVIRONMENT_COLUMNS], rows)


BLOCKS = {
    "alarms": alarms,
    "events": events,
    "mutes": mutes,
    "log-groups": log_groups,
    "money": money,
}
