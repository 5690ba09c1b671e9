"""What was watched, as sorted, disjoint (start, end) pairs in seconds of the video. Pure.

Merging is idempotent and its order does not matter, so a heartbeat that arrives twice or
late does no harm.
"""

from collections.abc import Iterable, Sequence

from elearning.numbers import finite

Range = tuple[float, float]

MOST_CLAIMS = 500
"""More pairs than a page can collect between two heartbeats."""
JOIN = 1.0
"""Seconds between two ranges that nobody would call unwatched."""
DECIMALS = 2


def parse(raw: object, duration: float) -> list[Range]:
    """The pairs that a browser claims, as ranges within [0, duration].

    Single pairs that make no sense (not two finite numbers, reversed, outside) are left
    out; something that is no list, or far too long a one, is nothing at all.
    """
    if not isinstance(raw, list) or len(raw) > MOST_CLAIMS:
        return []
    return merge(
        (max(pair[0], 0.0), min(pair[1], duration)) for pair in map(_pair, raw) if pair is not None
    )


def _pair(raw: object) -> Range | None:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        return None
    start, end = (finite(value) for value in raw)
    return None if start is None or end is None else (start, end)


def merge(ranges: Iterable[Range]) -> list[Range]:
    """Their union, with gaps of up to JOIN seconds closed; empty and reversed ones left out."""
    merged: list[Range] = []
    for start, end in sorted((start, end) for start, end in ranges if end > start):
        if merged and start <= merged[-1][1] + JOIN:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def total(ranges: Iterable[Range]) -> float:
    """Seconds that disjoint ranges cover."""
    return sum(end - start for start, end in ranges)


def subtract(ranges: Sequence[Range], known: Sequence[Range]) -> list[Range]:
    """What of `ranges` is not in `known`; both sorted and disjoint."""
    left: list[Range] = []
    for start, end in ranges:
        for known_start, known_end in known:
            if known_end <= start:
                continue
            if known_start >= end:
                break
            if known_start > start:
                left.append((start, known_start))
            start = max(start, known_end)
        if start < end:
            left.append((start, end))
    return left


def take(ranges: Iterable[Range], seconds: float) -> list[Range]:
    """The first `seconds` of them."""
    taken: list[Range] = []
    for start, end in ranges:
        if seconds <= 0:
            break
        taken.append((start, min(end, start + seconds)))
        seconds -= end - start
    return taken


def credit(known: Sequence[Range], claimed: Sequence[Range], allowance: float) -> list[Range]:
    """`known` and what is new in `claimed`, of which at most `allowance` seconds count.

    What is known already costs nothing, so a heartbeat sent again loses nothing either.
    """
    return merge([*known, *take(subtract(claimed, known), allowance)])


def within(ranges: Iterable[Range], duration: float) -> list[Range]:
    """Cut to [0, duration]: the video may have been replaced by a shorter one."""
    return [(start, min(end, duration)) for start, end in ranges if start < duration]


def rounded(ranges: Iterable[Range]) -> list[list[float]]:
    """Fit for JSON."""
    return [[round(start, DECIMALS), round(end, DECIMALS)] for start, end in ranges]
