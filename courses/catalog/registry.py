"""The kinds of activity, registered by the slices that bring them; catalog names none.

A slice subclasses `ActivityKind` in its own `kinds.py` and calls `register()` when its
app is ready. Outlines, progress and due dates ask here, never the slice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise

from accounts.models import User
from courses.catalog.models import Activity

if TYPE_CHECKING:
    from courses.catalog.forms import ActivityForm

Text = str | Promise


class Arrival(StrEnum):
    """How the sending of an activity's file goes, as far as the server can tell."""

    NONE = ""
    SENDING = "sending"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an outline says of one activity beside its title."""

    text: str = ""
    """Short, already in the reader's language: "21:05", "4 ページ・1.2 MB"."""
    ready: bool = True
    """Whether there is anything to open yet (a video still being checked is not)."""
    seconds: float | None = None
    """Playing time in seconds, where there is one."""
    trouble: str = ""
    """What its teacher has to see to, as a sentence; "" when nothing is wrong."""
    arrival: Arrival = Arrival.NONE
    """Whether a file is on its way from its teacher's computer."""


class ActivityKind:
    """One kind of activity and the few things that the rest of the house asks of it."""

    name: ClassVar[str]
    """Stored in Activity.kind; never changes."""
    label: ClassVar[Text]
    """動画"""
    mark: ClassVar[Text]
    """One letter for lists: 動"""
    icon: ClassVar[str]
    """A lucide icon's name."""
    call: ClassVar[Text]
    """The button that starts it: 視聴する"""
    by_hand: ClassVar[bool] = False
    """Whether the student himself says that he is done."""
    creatable: ClassVar[bool] = False
    """Whether 'new activity' offers it with only a title (a file kind starts with its upload)."""
    player_template: ClassVar[str]
    """Included by the activity page with what `player()` returns."""
    editor_template: ClassVar[str]
    """Included by the editor with what `editor()` returns."""

    def counted(self, count: int) -> str:
        """So many of this kind, with its own counter: 動画 2 本."""
        return f"{self.label} {count}"

    def form_class(self) -> "type[ActivityForm]":
        """The editor's form: catalog's own, or a subclass with the kind's fields."""
        raise NotImplementedError

    def create(self, activity: Activity) -> None:
        """Make the kind's own row for a new activity, in the caller's transaction."""
        raise NotImplementedError

    def copy(self, source: Activity, target: Activity) -> None:
        """Give `target` what hangs on `source` (a course duplicated for the next year)."""
        raise NotImplementedError

    def facts(self, activities: Sequence[Activity]) -> dict[int, Facts]:
        """Facts by activity id, for activities of this kind, in at most one query."""
        raise NotImplementedError

    def player(self, activity: Activity, student: User | None) -> dict[str, Any]:
        """Context of the player; `student` is None in a teacher's preview. ≤ 2 queries.

        A player that says itself why it is not complete adds that as "remaining"; then the
        page neither asks nor says it a second time.
        """
        raise NotImplementedError

    def editor(self, activity: Activity) -> dict[str, Any]:
        """Context of the editor."""
        raise NotImplementedError

    def record(self, activity: Activity, student: User, payload: Mapping[str, Any]) -> None:
        """Store what a heartbeat says that only this kind understands; bad input is ignored."""

    def remaining(self, activity: Activity, student: User) -> str:
        """Why it is not complete yet, in the student's words; "" when it is.

        Not asked of kinds that are completed by hand.
        """
        return ""


_kinds: dict[str, ActivityKind] = {}


def register(kind: ActivityKind) -> None:
    if kind.name in _kinds:
        raise ValueError(f"Two kinds of activity are called {kind.name!r}.")
    _kinds[kind.name] = kind


def kind_of(activity: Activity) -> ActivityKind:
    return _kinds[activity.kind]


def get_kind(name: str) -> ActivityKind:
    """KeyError for a name that nobody registered."""
    return _kinds[name]


def all_kinds() -> list[ActivityKind]:
    return list(_kinds.values())


def facts_of(activities: Sequence[Activity]) -> dict[int, Facts]:
    """Facts by activity id, one query a kind."""
    facts: dict[int, Facts] = {}
    for name in sorted({activity.kind for activity in activities}):
        facts |= _kinds[name].facts([a for a in activities if a.kind == name])
    return facts
