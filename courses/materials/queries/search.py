"""Looking for materials by their title and their words."""

import unicodedata
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Greatest, Lower, StrIndex, Substr

from courses.catalog.models import Activity
from courses.catalog.registry import ActivityKind, kind_of

MOST_FOUND = 50
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


def find_materials(activities: QuerySet[Activity], words: str) -> tuple[list[Found], bool]:
    """Those of `activities` that hold every word in their title, note or PDF; two queries.

    Gives at most MOST_FOUND, the newest course first, and whether there are more. Nothing
    without words. Full-width and half-width letters are the same, and so are radicals that
    look like characters.
    """
    wanted = split(words)
    if not wanted:
        return [], False
    text = Coalesce(
        "note__body", "document__upload__extracted_text__body", Value(""), output_field=TextField()
    )
    matching = activities.annotate(text=text)
    for raw, word in wanted:
        # What was read of a PDF is in NFKC; a title is as it was typed.
        matching = matching.filter(
            Q(title__icontains=raw) | Q(title__icontains=word) | Q(text__icontains=word)
        )
    first = wanted[0][1]
    at = StrIndex(Lower("text"), Value(first.lower()))
    found = list(
        matching.annotate(at=at)
        .annotate(excerpt=Substr("text", Greatest(F("at") - BEFORE, Value(1)), AROUND))
        .values_list("pk", "at", "excerpt")
        .order_by(
            "-lesson__course__school_year", "lesson__course__title", "lesson__order", "order"
        )[: MOST_FOUND + 1]
    )
    shown = found[:MOST_FOUND]
    kept = Activity.objects.select_related("lesson__course").in_bulk([pk for pk, _, _ in shown])
    return [
        _found(kept[pk], excerpt if at else "", first) for pk, at, excerpt in shown if pk in kept
    ], len(found) > MOST_FOUND


def split(words: str) -> list[tuple[str, str]]:
    """Each word as it was typed, and in NFKC; a full-width space parts words too."""
    parts = words.split()[:MOST_WORDS]
    return [(part, unicodedata.normalize("NFKC", part)) for part in parts]


def _found(activity: Activity, excerpt: str, word: str) -> Found:
    at = excerpt.lower().find(word.lower())
    if at < 0:
        return Found(activity, kind_of(activity), "", "", "")
    end = at + len(word)
    return Found(activity, kind_of(activity), excerpt[:at], excerpt[at:end], excerpt[end:])
