"""Section 14: what deploy/cost counts."""

from typing import Any

from deploy.cost.reading import prices
from deploy.cost.report import data_of
from deploy.design.built import Design
from deploy.design.wording import ENVIRONMENT_COLUMNS, NONE, table


def month(design: Design) -> str:
    bills = [data_of(name) for name in design.environments]
    services = prices().services
    order = [name for name in services if any(name in bill["services"] for bill in bills)]
    rows = [
        [services[name].ja, *(_usd(bill["services"].get(name)) for bill in bills)] for name in order
    ]
    rows += [
        ["**合計（USD）**", *(f"**{_usd(bill['usd'])}**" for bill in bills)],
        ["合計（円）", *(f"{bill['jpy']:,}" for bill in bills)],
        ["一日中ピークの規模で動かした場合（USD）", *_each(bills, "fixed_at_peak_usd")],
        ["入試期の月（USD）", *_each(bills, "exam_month_usd")],
    ]
    head = ["1 か月の費用（USD、税抜き）", *ENVIRONMENT_COLUMNS]
    return table(head, rows, figures=len(bills))


def _each(bills: list[dict[str, Any]], key: str) -> list[str]:
    return [_usd(bill[key]) for bill in bills]


def _usd(value: float | None) -> str:
    return NONE if value is None else f"{value:,.2f}"


def given_up(design: Design) -> str:
    texts = [each["ja"] for each in data_of("production-minimal")["given_up"]]
    return "\n".join(f"- {text}" for text in texts) or "なし。"


BLOCKS = {"month": month, "given-up": given_up}
