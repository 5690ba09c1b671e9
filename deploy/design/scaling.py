"""Section 6: how many tasks there are, and the nightly command."""

from typing import Any

from deploy.design.built import NAMES, Built, Design, Place
from deploy.design.compute import SERVICES
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    clock,
    code,
    japanese,
    seconds,
    table,
    with_placeholder,
)


def schedule(design: Design) -> str:
    parts = []
    for built in design.environments.values():
        title = f"**{NAMES[built.name]}（{code(built.name)}）**"
        head = ["時刻（日本時間）", "曜日・期間", *(code(name) for name in SERVICES.values())]
        parts.append(f"{title}\n\n{table(head, _floors(built))}")
    return "\n\n".join(parts)


def _floors(built: Built) -> list[list[str]]:
    """A row for each time at which floors and ceilings change, as "6–16"."""
    targets = {
        name: built.find("scaling", f"{logical}Target") for logical, name in SERVICES.items()
    }
    actions = [
        {each["ScheduledActionName"]: each for each in (target or {}).get("ScheduledActions", [])}
        for target in targets.values()
    ]
    rows = []
    for action, first in actions[0].items():
        time, days = clock(first["Schedule"])
        rows.append([time, days, *(_range(found.get(action)) for found in actions)])
    return rows


def _range(action: dict[str, Any] | None) -> str:
    if action is None:
        return NONE
    bounds = action["ScalableTargetAction"]
    least, most = bounds["MinCapacity"], bounds["MaxCapacity"]
    return f"{least}" if str(least) == str(most) else f"{least}–{most}"


METRICS = {
    "ECSServiceAverageCPUUtilization": "平均 CPU 使用率（%）",
    "ECSServiceAverageMemoryUtilization": "平均メモリ使用率（%）",
    "ALBRequestCountPerTarget": "1 タスクあたりの要求数（毎分）",
    "ECSServiceCPUUtilization": "CPU 使用率の予測（%）",
}


def policies(design: Design) -> str:
    rows = []
    for place in design.union("AWS::ApplicationAutoScaling::ScalingPolicy"):
        first = next(b for b in design.environments.values() if b.has(*place))
        properties = first.find(*place) or {}
        kind, what, cooldown = _policy(properties)
        rows.append(
            [
                code(properties["PolicyName"]),
                kind,
                what,
                cooldown,
                *design.across(lambda built, place=place: _aim(built, place)),
            ]
        )
    head = ["ポリシー", "方式", "指標・動作", "再判断までの間隔", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _policy(properties: dict[str, Any]) -> tuple[str, str, str]:
    kind = properties["PolicyType"]
    if kind == "TargetTrackingScaling":
        how = properties["TargetTrackingScalingPolicyConfiguration"]
        metric = how["PredefinedMetricSpecification"]["PredefinedMetricType"]
        down = (
            "減らさない"
            if how.get("DisableScaleIn")
            else f"減 {seconds(how.get('ScaleInCooldown', 300))}"
        )
        return "ターゲット追跡", METRICS[metric], f"増 {seconds(how['ScaleOutCooldown'])}、{down}"
    if kind == "PredictiveScaling":
        how = properties["PredictiveScalingPolicyConfiguration"]
        return "予測", "CPU 使用率の予測（%）", f"{seconds(how['SchedulingBufferTime'])}前に起動"
    how = properties["StepScalingPolicyConfiguration"]
    unit = " %" if how["AdjustmentType"] == "PercentChangeInCapacity" else " 個"
    steps = "、".join(f"{each['ScalingAdjustment']:+d}{unit}" for each in how["StepAdjustments"])
    return "ステップ", f"タスク数を {steps}", seconds(how["Cooldown"])


def _aim(built: Built, place: Place) -> str:
    """The target of one environment; for steps, what its alarm waits for."""
    properties = built.find(*place)
    if properties is None:
        return NONE
    for key in ("TargetTrackingScalingPolicyConfiguration", "PredictiveScalingPolicyConfiguration"):
        how = properties.get(key, {})
        found = how.get("TargetValue") or how.get("MetricSpecifications", [{}])[0].get(
            "TargetValue"
        )
        if found:
            return f"目標 {found}"
    alarm = built.find(place.stack, f"{place.name}Alarm") or {}
    if "Metrics" in alarm:
        (label,) = (each["Label"] for each in alarm["Metrics"] if each.get("ReturnData"))
        return LABELS.get(label, f"{label} ＜ {alarm['Threshold']}")
    sign = "＞" if "Greater" in alarm.get("ComparisonOperator", "") else "＜"
    return (
        f"{ALARM_METRICS.get(alarm.get('MetricName', ''), '待ち')} {sign} {alarm['Threshold']} 秒"
    )


LABELS = {"waiting or converting": "待ちも変換もなし"}
ALARM_METRICS = {"TargetResponseTime": "p95", "queue_oldest_s": "待ち"}


def nightly(design: Design) -> str:
    rows = []
    for place, properties in design.union("AWS::Scheduler::Schedule").items():
        time, days = clock(properties["ScheduleExpression"])
        rows.append(
            [
                code(with_placeholder(properties["Name"])),
                f"{days} {time}（{properties['ScheduleExpressionTimezone']}）",
                japanese(properties["Description"]),
                f"{properties['Target']['RetryPolicy']['MaximumRetryAttempts']} 回",
                *design.presence(place),
            ]
        )
    head = ["スケジュール", "時刻", "内容", "起動のやり直し", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


BLOCKS = {"schedule": schedule, "policies": policies, "nightly": nightly}
