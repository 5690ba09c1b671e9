"""What is printed of an environment: as text, and as data."""

from typing import Any

from deploy.cost.bill import Bill, bill_of
from deploy.cost.comparing import exam_month, fixed_at_peak, variants
from deploy.cost.reading import Load, Named, load_of, prices
from deploy.cost.tables import table
from deploy.cost.week import MONTH_HOURS, WEEKDAYS, WEEKEND_DAYS

SERVICES = ("web", "worker", "media")
DAYS = ("weekday", "weekend")


def text_of(name: str, *, lines: bool = False) -> str:
    bill, load = bill_of(name), load_of(name)
    parts = [
        f"=== {name}: {_usd(bill.usd)} USD, {_yen(bill.usd)} 円／月 a month ===",
        f"    生徒 {load['students']:,} 人、同時に {load['peak_students']:,} 人"
        f" / {load['students']:,} students, {load['peak_students']:,} at once;"
        f" 1 USD = {prices().yen_per_dollar:g} 円（仮定 / assumed）; 税抜き / before tax",
        "",
        _by_service(bill),
    ]
    if bill.free:
        parts.append(
            "  引いてある CloudFront の無料枠（アカウントに一つ）"
            f" / CloudFront's free allowance, one an account, is taken off: {_usd(bill.free)} USD"
        )
    if bill.saves:
        parts.append(
            "  ほかに何もないアカウントなら、無料枠でさらに"
            f" / if the account has nothing else, its free allowances take off: -{_usd(bill.saves)}"
            f" → {_usd(bill.usd - bill.saves)} USD"
        )
    if lines:
        parts += ["", "明細 / Items", _items(bill)]
    parts += ["", "時刻別（日本時間） / By hour of the day (Japan)", _by_hour(bill)]
    parts += ["", "比べる / Compared", _compared(name, bill, load)]
    for title, texts in (
        ("手放したもの / What is given up", load.given_up),
        ("覚え書き / Notes", load.notes),
    ):
        if texts:
            parts += ["", title, *(f"  - {_both(each)}" for each in texts)]
    return "\n".join(parts) + "\n"


def _by_service(bill: Bill) -> str:
    rows = [["", "USD", "円 JPY", "%"]]
    for service, usd in bill.by_service.items():
        share = f"{100 * usd / bill.usd:.0f}"
        rows.append([_both(prices().services[service]), _usd(usd), _yen(usd), share])
    rows.append(["合計 / Total", _usd(bill.usd), _yen(bill.usd), "100"])
    return table(rows)


def _items(bill: Bill) -> str:
    rows = [["", "", "", "USD"]]
    for line in bill.lines:
        known = "" if prices().items[line.item].origin == "issue" else "*"
        rows.append([line.item + known, line.unit, f"{line.quantity:,.2f}", _usd(line.usd)])
    return table(rows, left=2) + "\n  * 記憶による価格 / a price from memory, not looked up"


def _by_hour(bill: Bill) -> str:
    tasks = [name for name in SERVICES if name in bill.fleet.tasks]
    columns = [bill.fleet.hours(name) for name in tasks] + [bill.fleet.acu_hours(), bill.by_hour]
    head = [*tasks, "ACU", "USD/h"]
    rows = [["時 hour", *(f"平日 {each}" for each in head), *(f"週末 {each}" for each in head)]]
    for hour in range(24):
        row = [f"{hour:2}"]
        for *counts, usd in ([getattr(each, day)[hour] for each in columns] for day in DAYS):
            row += [*(f"{count:.2f}" for count in counts), f"{usd:.3f}"]
        rows.append(row)
    return (
        f"{table(rows)}\n"
        f"  平日 {WEEKDAYS:g} 日、週末 {WEEKEND_DAYS:g} 日、{MONTH_HOURS:.1f} 時間；"
        "時刻のない費用は均した\n"
        f"  {WEEKDAYS:g} weekdays, {WEEKEND_DAYS:g} days of weekends, {MONTH_HOURS:.1f} hours;"
        " what has no hour of its own is spread evenly"
    )


def _compared(name: str, bill: Bill, load: Load) -> str:
    fixed, exam = fixed_at_peak(name).usd, exam_month(name).usd
    rows = [["", "USD", "円 JPY", "差 difference"]]

    def row(title: str, usd: float) -> None:
        rows.append([title, _usd(usd), _yen(usd), f"{usd - bill.usd:+,.2f}"])

    row("今のまま / as it is", bill.usd)
    row("同じ構成を一日中ピークの大きさで / the same fleet, always at peak size", fixed)
    row("入試期の月（1–2 月） / a month of the exam season", exam)
    for each in variants(name, bill):
        row(_both(each.name), each.usd)
    saving = fixed - bill.usd
    said = [
        table(rows),
        f"  時間割による節約 / saved by the schedule: {_usd(saving)} USD"
        f" ({100 * saving / fixed:.0f} %)",
    ]
    if load.aim_usd:
        above = bill.usd - load.aim_usd
        said.append(f"  目標 / aim: {load.aim_usd:g} USD; 差 / difference: {above:+.2f} USD")
    return "\n".join(said)


def data_of(name: str) -> dict[str, Any]:
    """The same, for other programs; quantities in their items' units, money in USD."""
    bill, load = bill_of(name), load_of(name)
    return {
        "environment": name,
        "usd": round(bill.usd, 2),
        "jpy": round(bill.usd * prices().yen_per_dollar),
        "free_taken_off_usd": round(bill.free, 2),
        "free_besides_usd": round(bill.saves, 2),
        "services": {each: round(usd, 2) for each, usd in bill.by_service.items()},
        "lines": [
            {
                "item": line.item,
                "quantity": round(line.quantity, 4),
                "unit": line.unit,
                "usd": round(line.usd, 4),
                "from": prices().items[line.item].origin,
                "what": line.what,
            }
            for line in bill.lines
        ],
        "hours": {
            day: [
                {
                    "hour": hour,
                    **{
                        each: round(getattr(bill.fleet.hours(each), day)[hour], 3)
                        for each in SERVICES
                    },
                    "acu": round(getattr(bill.fleet.acu_hours(), day)[hour], 3),
                    "usd": round(getattr(bill.by_hour, day)[hour], 4),
                }
                for hour in range(24)
            ]
            for day in DAYS
        },
        "fixed_at_peak_usd": round(fixed_at_peak(name).usd, 2),
        "exam_month_usd": round(exam_month(name).usd, 2),
        "variants": [
            {"ja": each.name.ja, "en": each.name.en, "usd": round(each.usd, 2)}
            for each in variants(name, bill)
        ],
        "given_up": [{"ja": each.ja, "en": each.en} for each in load.given_up],
    }


def _both(name: Named) -> str:
    return name.ja if name.ja == name.en else f"{name.ja} / {name.en}"


def _usd(value: float) -> str:
    return f"{value:,.2f}"


def _yen(usd: float) -> str:
    return f"{usd * prices().yen_per_dollar:,.0f}"
