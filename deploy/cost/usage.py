"""What is used, and the scene in which it is counted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploy.cost.fleet import Fleet
from deploy.cost.reading import Environment, Place
from deploy.cost.week import Hours, average


@dataclass(frozen=True)
class Use:
    """So much of an item in a month, or in each hour of its days, and for what."""

    item: str
    quantity: float | Hours
    what: str

    @property
    def month(self) -> float:
        return self.quantity.month if isinstance(self.quantity, Hours) else self.quantity


@dataclass(frozen=True)
class Scene:
    about: Environment
    fleet: Fleet

    @property
    def requests(self) -> float:
        """Of pages, in a month."""
        return self.student_hours * float(self.about.load["requests_per_student_hour"])

    @property
    def student_hours(self) -> float:
        return average(self.fleet.students).month

    @property
    def task_hours(self) -> float:
        return sum(average(each).month for each in self.fleet.tasks.values())

    @property
    def writes(self) -> float:
        return self.student_hours * float(self.about.load["writes_per_student_hour"])

    @property
    def page_gb(self) -> float:
        """Of pages and static files, to browsers."""
        load = self.about.load
        static = self.student_hours * load["static_kb_per_student_hour"]
        return float(self.requests * load["page_kb"] + static) / 1e6


Rule = Callable[[Place, Scene], Iterator[Use]]

RANGE_MB = 2
"""What a browser asks of a film at once."""
