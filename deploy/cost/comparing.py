"""Bills beside each other."""

from dataclasses import dataclass

from deploy.cost.bill import Bill, bill_of
from deploy.cost.fleet import EXAM_MONTH
from deploy.cost.reading import Named, load_of


@dataclass(frozen=True)
class Comparison:
    """`difference`: USD a month above the environment as it is."""

    name: Named
    usd: float
    difference: float


def fixed_at_peak(environment: str) -> Bill:
    """With as many tasks and ACUs, day and night, as the schedule has at its peak; the ordinary
    month's peak, though a fixed fleet would have to stand the exam season's."""
    return bill_of(environment, fixed=True)


def exam_month(environment: str) -> Bill:
    """A month of January or February."""
    return bill_of(environment, month=EXAM_MONTH)


def variants(environment: str, now: Bill) -> list[Comparison]:
    """Those of its load.yaml, each by itself."""
    found = []
    for variant in load_of(environment).variants:
        usd = bill_of(environment, variant).usd
        found.append(Comparison(Named(variant.ja, variant.en), usd, usd - now.usd))
    return found
