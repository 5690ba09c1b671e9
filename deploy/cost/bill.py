"""A month's bill: what is used, times what it costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deploy.cost.counting import uses
from deploy.cost.fleet import ORDINARY_MONTH, Fleet, fleet_of
from deploy.cost.reading import AS_IT_IS, Prices, Variant, environment, prices
from deploy.cost.usage import Scene, Use
from deploy.cost.week import MONTH_HOURS, Hours, always


@dataclass(frozen=True)
class Line:
    """A month's quantity of one item and its USD; `by_hour`, too, is in USD. `free`: what is not in
    it, as AWS lets every account have so much; `saves`: what is, but need not be (prices.yaml)."""

    item: str
    service: str
    quantity: float
    unit: str
    usd: float
    by_hour: Hours
    free: float
    saves: float
    what: str


@dataclass(frozen=True)
class Bill:
    lines: tuple[Line, ...]
    services: tuple[str, ...]
    fleet: Fleet

    @property
    def usd(self) -> float:
        return sum(line.usd for line in self.lines)

    @property
    def free(self) -> float:
        """USD of allowances that are taken off already: CloudFront's."""
        return sum(line.free for line in self.lines)

    @property
    def saves(self) -> float:
        """USD that an account with nothing else would not pay; AWS's always-free allowances."""
        return sum(line.saves for line in self.lines)

    @property
    def by_service(self) -> Mapping[str, float]:
        """USD, in the order of the price list; those that cost nothing are left out."""
        sums: dict[str, float] = {}
        for service in self.services:
            usd = sum(line.usd for line in self.lines if line.service == service)
            if usd:
                sums[service] = usd
        return sums

    @property
    def by_hour(self) -> Hours:
        """USD an hour. What has no hour of its own is spread evenly."""
        total = always(0)
        for line in self.lines:
            total += line.by_hour
        return total


def bill_of(
    name: str, variant: Variant = AS_IT_IS, month: int = ORDINARY_MONTH, *, fixed: bool = False
) -> Bill:
    """An environment's bill; `fixed`: with the same fleet at its peak size all day."""
    about = environment(name, variant)
    fleet = fleet_of(about, month)
    if fixed:
        fleet = fleet.at_peak()
    return add_up(uses(Scene(about, fleet)), prices(), fleet)


def add_up(used: Iterable[Use], listed: Prices, fleet: Fleet) -> Bill:
    """KeyError: an item is used that the price list does not have."""
    by_item: dict[str, list[Use]] = defaultdict(list)
    for use in used:
        by_item[use.item].append(use)
    lines = []
    for item, price in listed.items.items():
        together = by_item.pop(item, [])
        quantity = sum(use.month for use in together)
        if not quantity:
            continue
        usd = max(0.0, quantity - price.free) * price.usd
        hours = always(0)
        for use in together:
            spread = use.quantity if isinstance(use.quantity, Hours) else None
            hours += spread or always(use.month / MONTH_HOURS)
        lines.append(
            Line(
                item=item,
                service=price.service,
                quantity=quantity,
                unit=price.unit,
                usd=usd,
                by_hour=hours * (usd / quantity),
                free=min(quantity, price.free) * price.usd,
                saves=min(quantity, price.saves) * price.usd,
                what=", ".join(dict.fromkeys(use.what for use in together)),
            )
        )
    if by_item:
        raise KeyError(f"not in prices.yaml: {', '.join(by_item)}")
    return Bill(tuple(lines), tuple(listed.services), fleet)
