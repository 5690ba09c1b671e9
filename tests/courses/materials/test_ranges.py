"""Ranges, held against sets of whole seconds over many random cases."""

import itertools
import random

import pytest

from courses.materials import ranges


def some_ranges(rng, most=8, longest=60):
    pairs = []
    for _ in range(rng.randint(0, most)):
        start = rng.randint(0, longest)
        pairs.append((float(start), float(rng.randint(start, longest))))
    return pairs


def seconds_in(pairs):
    return {second for start, end in pairs for second in range(int(start), int(end))}


def without_short_gaps(seconds):
    """A single second that was left out between two that were watched is closed."""
    return seconds | {s + 1 for s in seconds if s + 2 in seconds}


CASES = range(60)


@pytest.mark.parametrize("seed", CASES)
def test_merging_covers_what_was_watched_and_nothing_else(seed):
    pairs = some_ranges(random.Random(seed))
    merged = ranges.merge(pairs)
    assert seconds_in(merged) == without_short_gaps(seconds_in(pairs))
    assert ranges.total(merged) == len(seconds_in(merged))


@pytest.mark.parametrize("seed", CASES)
def test_merged_ranges_are_sorted_and_apart(seed):
    merged = ranges.merge(some_ranges(random.Random(seed)))
    for (_, end), (start, _) in itertools.pairwise(merged):
        assert start > end + ranges.JOIN


@pytest.mark.parametrize("seed", CASES)
def test_merging_is_idempotent_and_its_order_does_not_matter(seed):
    rng = random.Random(seed)
    first, second = some_ranges(rng), some_ranges(rng)
    merged = ranges.merge(first + second)
    assert ranges.merge(merged) == merged
    assert ranges.merge([*ranges.merge(second), *first]) == merged
    assert ranges.merge([*merged, *second, *second]) == merged


@pytest.mark.parametrize("seed", CASES)
def test_subtracting_leaves_what_is_new(seed):
    rng = random.Random(seed)
    new, known = ranges.merge(some_ranges(rng)), ranges.merge(some_ranges(rng))
    left = ranges.subtract(new, known)
    assert seconds_in(left) == seconds_in(new) - seconds_in(known)
    assert left == sorted(left)


@pytest.mark.parametrize("seed", CASES)
def test_credit_is_never_more_than_the_allowance_and_closed_gaps(seed):
    rng = random.Random(seed)
    known, claimed = ranges.merge(some_ranges(rng)), ranges.merge(some_ranges(rng))
    allowance = rng.randint(0, 40)
    credited = ranges.credit(known, claimed, allowance)
    taken = ranges.take(ranges.subtract(claimed, known), allowance)
    assert ranges.total(taken) <= allowance
    assert seconds_in(known) <= seconds_in(credited)
    assert seconds_in(credited) <= without_short_gaps(seconds_in(known) | seconds_in(claimed))


@pytest.mark.parametrize("seed", CASES)
def test_a_beat_sent_again_costs_and_brings_nothing(seed):
    rng = random.Random(seed)
    known, claimed = ranges.merge(some_ranges(rng)), ranges.merge(some_ranges(rng))
    once = ranges.credit(known, claimed, 10_000)
    assert ranges.credit(once, claimed, 0) == once


@pytest.mark.parametrize("seed", CASES)
def test_parsing_stays_within_the_video_whatever_comes(seed):
    rng = random.Random(seed)
    odd = [float("nan"), float("inf"), -float("inf"), -5, 1e308, 10**400, None, "3", True, [], {}]
    raw = [
        rng.choice([[rng.choice(odd), 5], [5, rng.choice(odd)], [rng.uniform(-9, 99), 50], "x", 7])
        for _ in range(20)
    ]
    for start, end in ranges.parse(raw, 42.5):
        assert 0 <= start < end <= 42.5


@pytest.mark.parametrize(
    "raw",
    [None, "0,5", {"0": 5}, 3, [[5, 0]], [[3, 3]], [[-9, -1]], [[700, 800]], [[1, 2, 3]], [[]]],
)
def test_nonsense_is_nothing(raw):
    assert ranges.parse(raw, 600) == []


def test_a_list_longer_than_any_page_collects_is_refused():
    pairs = [[n * 10, n * 10 + 5] for n in range(ranges.MOST_CLAIMS + 1)]
    assert ranges.parse(pairs, 1e6) == []
    assert len(ranges.parse(pairs[:-1], 1e6)) == ranges.MOST_CLAIMS


def test_one_bad_pair_does_not_cost_the_good_ones():
    assert ranges.parse([[0, 5], ["a", 9], [100, 90], [20, 30]], 600) == [(0, 5), (20, 30)]
