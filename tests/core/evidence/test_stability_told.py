"""What trust badges say, beside the bound that a segment is measured by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evidence.groups import Groups
from core.evidence.preference import preferences
from core.evidence.recommendation import cut
from core.evidence.stability import (
    Fresh,
    SegmentStability,
    Stability,
)
from core.evidence.stability_told import caution, least, rating
from core.numbers import Numbers
from tests.core.evidence.test_evidence import measured
from tests.support.personality import Parameters
from tests.support.segment_stability import segment

NUMBERS = Numbers()


@pytest.mark.parametrize(
    ("jaccard", "words"),
    [
        (0.9438, "0.94, above the 0.85 from which nearly the same people come back"),
        (0.85, "0.85, just the 0.85 from which nearly the same people come back"),
        (0.8499, "0.84, above the 0.75 from which a segment comes back, with others at its edges"),
        (0.68, "0.68, below the 0.75 from which a segment comes back: who belongs to it is doubtful"),
        (0.5999, "0.59, below the 0.6 from which a segment can be relied on: don't build a campaign on it"),
        (
            0.4,
            "0.40, below the 0.6 from which a segment can be relied on: it dissolves, don't build a campaign on it",
        ),
        (None, "too few customers to say"),
    ],
)
def test_a_figure_is_said_beside_the_bound_that_it_is_measured_by(jaccard, words):
    assert rating(segment(jaccard, customers=100_000), NUMBERS) == words


def test_where_only_few_customers_keep_a_badge_down_these_are_the_reason_and_no_figure_that_is_as_high():
    few = SegmentStability(1, 30, 0.9, 0, 90, Fresh(0.9, 0.88, 0.93))
    assert rating(few, NUMBERS) == (
        "0.90, but of 30 customers, too few to be surer: it comes back, with others at its edges"
    )
    many = SegmentStability(1, 3_000, 0.9, 0, 90, Fresh(0.82, 0.8, 0.84))
    assert "0.90, but 0.82 (below 0.85) from half as many customers: it comes back" in rating(many, NUMBERS)


def test_below_the_bound_of_the_readme_and_nowhere_else_campaigns_are_advised_against():
    for hundredth in range(101):
        assert ("don't build a campaign" in rating(segment(hundredth / 100), NUMBERS)) == (hundredth < 60)


def test_what_badges_do_not_say_is_what_the_evidence_says():
    scattered = pd.DataFrame(np.random.default_rng(5).normal(size=(300, 7)), columns=list(Parameters().basis))
    crowd = measured(scattered, k=6)
    assert caution(crowd, 6, NUMBERS) == (
        "But no groups are to be seen among these customers: what comes back can be a cut across one crowd."
    )
    found = replace(crowd, groups=Groups(0.01, 2, 99, 300, 99, 4.0))
    said, votes = caution(found, 6, NUMBERS), sum(one.k == 6 for one in preferences(found))
    assert votes == 0, "criteria that prefer six segments of a crowd"
    assert said.startswith("But none of six criteria prefers six segments")
    assert found.choice(6).strength < 0.8
    assert (
        f"strength of {cut(found.choice(6).strength, NUMBERS)}, below the 0.8 that counts as reliable" in said
    )
    assert "each badge says what a crowd without groups gets" in said
    assert "each badge says what a crowd without groups gets" in caution(None, 3, NUMBERS)


def test_the_segment_that_comes_back_least_is_named_beside_the_bound_of_its_badge():
    parts = [(1, 0.9), (2, 0.7), (3, None)]
    few = segment(0.2, customers=2, number=4)
    known = Stability(100, 20, 240, 240, tuple(segment(jaccard, number=n) for n, jaccard in parts), 0)
    said = least(known, ["Gold", "Budget", "Empty"], NUMBERS)
    assert (
        said
        == f"Of the two of three live segments that have enough customers to say, Budget (2) come back least when customers are drawn anew: {rating(segment(0.7), NUMBERS)}."
    )
    with_few = replace(known, segments=(*known.segments, few))
    assert least(with_few, ["Gold", "Budget", "Empty", "Two"], NUMBERS) == said.replace("three", "four")
    every = replace(known, segments=known.segments[:2])
    assert least(every, ["Gold", "Budget"], NUMBERS).startswith("Of the live segments Budget (2) come back")
    alone = replace(known, segments=known.segments[1:])
    assert "Of two live segments Budget (2) alone have enough customers to say how they come" in (
        least(alone, ["Gold", "Budget", "Empty"], NUMBERS)
    )
    assert least(replace(known, segments=known.segments[2:]), ["Gold", "Budget", "Empty"], NUMBERS) == ""
