"""Values of templates as a Japanese reader expects them in a table of Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from deploy.design.built import NAMES, Built

NONE = "－"
ENVIRONMENT_COLUMNS = list(NAMES.values())


def table(head: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> str:
    """A table of Markdown, without a line break at its end. `figures`: so many columns, the last
    ones, hold figures, which stand to the right."""
    lines = [head, ["---"] * (len(head) - figures) + ["---:"] * figures, *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|") or NONE


def japanese(description: str) -> str:
    """The first half of a description in two languages."""
    text = re.split(r"\s/\s", description.strip(), maxsplit=1)[0]
    return text.replace("\n", " ").replace("<", "&lt;")


def name_of(value: Any) -> str:
    """What a value that only AWS knows is called in the templates."""
    if not isinstance(value, dict):
        return str(value)
    ((function, inside),) = value.items()
    if function == "Fn::ImportValue":
        return str(inside).rsplit("-", 1)[-1]
    if function == "Fn::GetAtt":
        return str(inside[0])
    if function == "Fn::Join":
        return str(inside[0]).join(name_of(each) for each in inside[1])
    if function == "Fn::Split":
        return name_of(inside[1])
    return str(inside)


def shown(value: Any) -> str:
    """A property's value; `－` for one that is not there."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "有効" if value else "無効"
    if isinstance(value, list):
        return "、".join(shown(each) for each in value)
    return name_of(value)


def yes(value: Any) -> str:
    """For switches that the API spells in several ways."""
    return "有効" if str(value).lower() in {"true", "enabled", "yes", "1", "on"} else "無効"


def code(text: str) -> str:
    return f"`{text}`"


def short(name: str, built: Built | None = None) -> str:
    """A resource's name without the part that is the environment's."""
    environments = [built.name] if built else sorted(NAMES, key=len, reverse=True)
    for each in environments:
        for prefix in (f"elearning-{each}", f"elearning/{each}", each):
            if name.startswith(prefix):
                return name.removeprefix(prefix).lstrip("-/") or name
    return name


def with_placeholder(name: str) -> str:
    """A name in which the environment and the account are left open."""
    for each in sorted(NAMES, key=len, reverse=True):
        if re.search(rf"(?<![a-z]){each}(?![a-z])", name):
            name = re.sub(rf"(?<![a-z]){each}(?![a-z])", "<環境>", name, count=1)
            break
    return name.replace("123456789012", "<アカウント>")


DAYS = {"MON-FRI": "平日", "SAT,SUN": "土日", "SUN": "日曜", "*": "毎日", "?": "毎日"}


def clock(cron: str) -> tuple[str, str]:
    """EventBridge's cron as a time and its days: ("15:31", "1–2 月の平日")."""
    minute, hour, day, month, weekday, _ = cron.removeprefix("cron(").removesuffix(")").split()
    days = DAYS.get(weekday, weekday) if weekday not in {"?", "*"} else f"毎日{_date(day)}"
    months = "" if month == "*" else f"{month.replace('-', '–')} 月の"
    return f"{int(hour):02}:{int(minute):02}", months + days


def _date(day: str) -> str:
    return "" if day in {"*", "?"} else f"（{day} 日）"


def seconds(value: Any) -> str:
    """180 → 3 分; 45 → 45 秒."""
    number = int(value)
    if number % 86400 == 0 and number:
        return f"{number // 86400} 日"
    if number % 3600 == 0 and number:
        return f"{number // 3600} 時間"
    return f"{number // 60} 分" if number % 60 == 0 and number else f"{number} 秒"
