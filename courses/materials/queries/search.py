"""Looking for materials by their title and their words."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Greatest, Lower, StrIndex, Substr

from courses.catalog.models import Activity
from courses.catalog.registry import ActivityKind, kind_of

MOST_FOUND = 50
MOST_PLACES = 3
"""So many other activities with the same file are named."""
MOST_LOOKED_AT = 1000
"""Hits, before those with the same file are put together."""
MOST_WORDS = 5
BEFORE = 30
AROUND = 110
"""So many characters before the word, and in all, are shown of a long text."""


@dataclass(frozen=True, slots=True)
class Found:
    """An activity, and where the first word stands in its text: before, the word, after.

    The three are "" where the text does not hold it.
    """

    activity: Activity
    kind: ActivityKind
    before: str
    word: str
    after: str
    elsewhere: list[Activity]
    """Others that were found and have the same file, at most MOST_PLACES."""
    more_elsewhere: int
    """How many there are beside those."""


def find_materials(activities: QuerySet[Activity], words: str) -> tuple[list[Found], bool]:
    """Those of `activities` that hold every word in their title, note or PDF; two queries.

    Gives at most MOST_FOUND, and whether there are more: first those whose title holds every
    word, the newest course first; a file that several activities share is given once. Nothing
    without words. Full-width and half-width letters are the same, and so are radicals that
    look like characters.
    """
    wanted = split(words)
    if not wanted:
        return [], False
    first = wanted[0][1]
    groups = _groups(_matching(activities, wanted))
    shown = groups[:MOST_FOUND]
    named = [pk for group in shown for pk in group[: 1 + MOST_PLACES]]
    at = StrIndex(Lower("text"), Value(first.lower()))
    kept: dict[int, Any] = (
        _with_text(activities)
        .annotate(at=at)
        .annotate(excerpt=Substr("text", Greatest(F("at") - BEFORE, Value(1)), AROUND))
        .select_related("lesson__course")
        .in_bulk(named)
    )
    found = [_found(group, kept, first) for group in shown if group[0] in kept]
    return found, len(groups) > MOST_FOUND


def _with_text(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    text = Coalesce(
        "note__body", "document__upload__extracted_text__body", Value(""), output_field=TextField()
    )
    return activities.alias(text=text)


def _matching(activities: QuerySet[Activity], wanted: list[tuple[str, str]]) -> QuerySet[Activity]:
    matching, titled = _with_text(activities), Q()
    for raw, word in wanted:
        # What was read of a PDF is in NFKC; a title is as it was typed.
        in_title = Q(title__icontains=raw) | Q(title__icontains=word)
        matching = matching.filter(in_title | Q(text__icontains=word))
        titled &= in_title
    return matching.alias(rank=Case(When(titled, then=0), default=1)).order_by(
        "rank", "-lesson__course__school_year", "lesson__course__title", "lesson__order", "order"
    )


def _groups(matching: QuerySet[Activity]) -> list[list[int]]:
    """Ids of activities, those with the same file together where the first of them stands."""
    groups: dict[object, list[int]] = {}
    files = matching.values_list("pk", "document__upload", "video__upload")
    for pk, document, video in files[:MOST_LOOKED_AT]:
        groups.setdefault(document or video or pk, []).append(pk)
    return list(groups.values())


def split(words: str) -> list[tuple[str, str]]:
    """Each word as it was typed, and in NFKC; a full-width space parts words too."""
    parts = words.split()[:MOST_WORDS]
    return [(part, unicodedata.normalize("NFKC", part)) for part in parts]


def _found(group: list[int], kept: dict[int, Any], word: str) -> Found:
    activity = kept[group[0]]
    elsewhere = [kept[pk] for pk in group[1 : 1 + MOST_PLACES] if pk in kept]
    excerpt = activity.excerpt if activity.at else ""
    at = excerpt.lower().find(word.lower())
    end = at + len(word)
    before, found, after = (
        ("", "", "") if at < 0 else (excerpt[:at], excerpt[at:end], excerpt[end:])
    )
    return Found(
        activity=activity,
        kind=kind_of(activity),
        before=before,
        word=found,
        after=after,
        elsewhere=elsewhere,
        more_elsewhere=len(group) - 1 - len(elsewhere),
    )
