"""How many tasks run and how large the database is, in each minute of a week."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.cost.reading import Environment
from deploy.cost.week import WEEK, Hours, average, from_day, held, times

ORDINARY_MONTH = 5
EXAM_MONTH = 2
AWAKE_ACU = 0.5
"""What Serverless v2 has at least while it does not pause (Aurora User Guide, "Scaling to Zero
ACUs"); with a minimum of 0 as well."""


@dataclass(frozen=True)
class Fleet:
    """By the minute of a week: `tasks` of each service, `students` at work, and `acu`, that of
    all instances in Tokyo together (empty where the database is not serverless)."""

    tasks: dict[str, list[int]]
    students: list[float]
    acu: list[float]

    def hours(self, service: str) -> Hours:
        return average(self.tasks[service]) if service in self.tasks else average([0] * WEEK)

    def acu_hours(self) -> Hours:
        return average(self.acu or [0] * WEEK)

    def at_peak(self) -> "Fleet":
        """The same fleet without a schedule: always as large as this one is at its largest."""
        return Fleet(
            tasks={name: [max(each)] * WEEK for name, each in self.tasks.items()},
            students=self.students,
            acu=[max(self.acu)] * WEEK if self.acu else [],
        )


def fleet_of(about: Environment, month: int = ORDINARY_MONTH) -> Fleet:
    """By scaling's floors, and above them by what the load needs."""
    bounds = {service: _bounds(target, month) for service, target in _targets(about).items()}
    open_ = [ceiling > 0 for _, ceiling in bounds["web"]]
    share = from_day(about.load.weekday, about.load.weekend)
    students = [
        about.load["peak_students"] * each if is_open else 0.0
        for each, is_open in zip(share, open_, strict=True)
    ]
    # Worker and media scale by their queue, which says nothing about a month: their floors.
    tasks = {service: [floor for floor, _ in each] for service, each in bounds.items()}
    tasks["web"] = [
        max(floor, min(ceiling, _web_needed(about, each)))
        for (floor, ceiling), each in zip(bounds["web"], students, strict=True)
    ]
    return Fleet(tasks, students, _acu(about, tasks, students))


def _targets(about: Environment) -> dict[str, dict[str, Any]]:
    """Scalable targets by the service that they move: the last part of their ResourceId."""
    return {
        place.properties["ResourceId"]["Fn::Sub"][0].rsplit("/", 1)[-1]: place.properties
        for place in about.places("AWS::ApplicationAutoScaling::ScalableTarget")
    }


def _bounds(target: dict[str, Any], month: int) -> list[tuple[int, int]]:
    """Floor and ceiling in each minute."""
    changes = []
    for action in target.get("ScheduledActions", []):
        if action["Timezone"] != "Asia/Tokyo":
            raise ValueError("the week here is Japan's")
        wanted = action["ScalableTargetAction"]
        value = int(wanted["MinCapacity"]), int(wanted["MaxCapacity"])
        changes += [(minute, value) for minute in times(action["Schedule"], month)]
    return held(changes, (int(target["MinCapacity"]), int(target["MaxCapacity"])))


def _web_needed(about: Environment, students: float) -> int:
    """As target tracking would have it: by CPU, and by requests a task."""
    a_minute: float = students * about.load["requests_per_student_hour"] / 60
    aims = about.table["Load"]
    vcpu = int(about.parameters["WebCpu"]) / 1024
    by_cpu: float = a_minute / 60 * about.load["cpu_seconds_per_request"] / vcpu / aims["Cpu"] * 100
    by_requests: float = a_minute / aims["Requests"]
    return math.ceil(max(by_cpu, by_requests))


def _acu(about: Environment, tasks: dict[str, list[int]], students: list[float]) -> list[float]:
    (cluster,) = (place.properties for place in about.places("AWS::RDS::DBCluster", stack="data"))
    limits = cluster.get("ServerlessV2ScalingConfiguration")
    if not limits:
        return []
    tiers = [
        int(place.properties["PromotionTier"])
        for place in about.places("AWS::RDS::DBInstance", stack="data")
    ]
    least, most = float(limits["MinCapacity"]), float(limits["MaxCapacity"])
    awake = [True] * WEEK
    if least == 0:
        busy = [any(each[minute] for each in tasks.values()) for minute in range(WEEK)]
        busy = [a or b for a, b in zip(busy, _nightly(about), strict=True)]
        awake = _lengthened(busy, int(limits["SecondsUntilAutoPause"]) // 60)
    idle: float = about.load["acu_idle"]
    each_hundred: float = about.load["acu_per_100_students"]
    read: float = about.load["read_share"] if len(tiers) > 1 else 0.0

    def together(now: float) -> float:
        work = now / 100 * each_hundred
        writer = idle + work * (1 - read)
        reader = idle + work * read / max(1, len(tiers) - 1)
        # Readers of tier 0 and 1 are as large as the writer (data.yaml).
        wanted = [max(writer, reader) if tier < 2 else reader for tier in tiers]
        return sum(min(most, max(least, AWAKE_ACU, each)) for each in wanted)

    return [together(now) if up else 0.0 for now, up in zip(students, awake, strict=True)]


def _nightly(about: Environment) -> list[bool]:
    values = [False] * WEEK
    for place in about.places("AWS::Scheduler::Schedule"):
        for start in times(place.properties["ScheduleExpression"], 5):
            for minute in range(about.load["nightly_minutes"]):
                values[(start + minute) % WEEK] = True
    return values


def _lengthened(values: Sequence[bool], minutes: int) -> list[bool]:
    """True for so many minutes longer each time; the week is a ring."""
    lengthened = list(values)
    for minute in range(WEEK):
        if values[minute - 1] and not values[minute]:
            for later in range(minutes):
                lengthened[(minute + later) % WEEK] = True
    return lengthened
