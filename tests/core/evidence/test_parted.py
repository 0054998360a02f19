"""How many crowds valleys part, in words that hold of the valleys that they are made of."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from core.evidence import parted, preference, recommendation
from core.evidence.groups import Groups
from core.evidence.valleys import Valley
from core.numbers import Numbers
from tests.core.evidence.test_recommendation import SURE, evidence

NUMBERS = Numbers()
NONE = Groups(0.3, 2, 99, 2240, 69, -1.2)


def with_valleys(between: dict[int, set[tuple[int, int]]], **more):
    """Evidence in which every two segments touch, and those of `between` have a valley between."""
    known = evidence(**more)
    choices = []
    for one in known.choices:
        pairs = combinations(range(1, one.k + 1), 2)
        clear = between.get(one.k, set())
        choices.append(
            replace(one, valleys=tuple(Valley(pair, 0.4, 0.025 if pair in clear else 0.5) for pair in pairs))
        )
    return replace(known, choices=tuple(choices))


TWO = {2: {(1, 2)}, 4: {(1, 3), (1, 4), (2, 3), (2, 4)}, 6: {(1, 6)}}


@pytest.mark.parametrize(
    ("live", "said"),
    [
        (2, "Two crowds with a valley between them."),
        (None, "Two crowds with a valley between them."),
        (
            4,
            "Two crowds with a valley between them; four is a way to cut them "
            "(of 6 pairs of segments that touch, 4 have a valley between).",
        ),
        (
            6,
            "Two crowds with a valley between them; six is a way to cut them "
            "(of 15 pairs of segments that touch, one has a valley between).",
        ),
        (
            3,
            "Two crowds with a valley between them; three is a way to cut them "
            "(of 3 pairs of segments that touch, none has a valley between).",
        ),
    ],
)
def test_the_live_number_is_held_against_the_crowds_that_valleys_part(live, said):
    assert parted.standing(with_valleys(TWO), live, NUMBERS) == said


def test_fewer_segments_than_crowds_hold_some_together():
    three = with_valleys({2: {(1, 2)}, 3: {(1, 2), (1, 3), (2, 3)}})
    said = "Three crowds with valleys between them; two segments hold some of them together."
    assert parted.standing(three, 2, NUMBERS) == said
    only_at_four = with_valleys({4: {(1, 2), (1, 3), (1, 4), (2, 3), (2, 4)}})
    assert parted.standing(only_at_four, None, NUMBERS) == (
        "Three crowds with valleys between them are seen when customers are cut into four."
    )


def test_the_number_that_is_recommended_says_where_valleys_part_fewer_crowds():
    all_four = {4: set(combinations(range(1, 5), 2))}
    for between, groups, said in (
        (TWO, SURE, " Valleys part these four into two crowds."),
        ({2: {(1, 2)}}, SURE, " Valleys part these four into no two crowds."),
        (all_four, SURE, ""),
        (TWO, None, ""),
    ):
        assert parted.within(with_valleys(between, groups=groups), 4) == said
    found = with_valleys({2: set()})
    assert f"{parted.within(found, 2)} " in recommendation.opening(found, 6, NUMBERS)


def test_what_valleys_part_is_recommended_where_customers_are_not_of_the_mixture_that_fits_best():
    for misfit, groups, best in ((0.05, SURE, 2), (0.06, SURE, 5), (0.0, None, 5), (0.0, NONE, 5)):
        found = replace(with_valleys(TWO, silhouette=5, groups=groups), misfit=misfit)
        said = recommendation.opening(found, 6, NUMBERS)
        assert preference.recommended(found) == best
        assert (
            "fits best (BIC), but customers lie otherwise between its parts than it has them" in said
        ) == (best == 2)
    assert preference.recommended(replace(with_valleys({}, silhouette=5), misfit=0.0)) == 5


@pytest.mark.parametrize("groups", [None, NONE])
def test_where_no_groups_are_to_be_seen_no_valley_is_told(groups):
    assert parted.standing(with_valleys(TWO, groups=groups), 6, NUMBERS) == ""
    assert "valley" not in recommendation.opening(with_valleys(TWO, groups=groups), 6, NUMBERS)


def test_over_random_valleys_no_more_crowds_are_told_than_segments_are_parted():
    """Counted by walking from segment to segment, as no library does it."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        pairs = {
            k: {pair for pair in combinations(range(1, k + 1), 2) if rng.uniform() < 0.8} for k in range(2, 7)
        }
        most = max(map(islands, pairs, pairs.values()))
        found = parted.parting(SURE, [one.valleys for one in with_valleys(pairs).choices])
        assert (found.crowds if found else 1) == most


def islands(k: int, apart: set[tuple[int, int]]) -> int:
    left, count = set(range(1, k + 1)), 0
    while left:
        count, reached = count + 1, {left.pop()}
        while reached:
            here = reached.pop()
            near = {one for one in left if (min(one, here), max(one, here)) not in apart}
            left, reached = left - near, reached | near
    return count


def test_of_two_segments_there_is_one_pair():
    said = parted.standing(with_valleys({3: {(1, 2), (1, 3)}}), 2, NUMBERS)
    assert said.endswith(
        "two is a way to cut them (of 1 pair of segments that touch, none has a valley between)."
    )
