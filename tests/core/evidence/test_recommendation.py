"""Sentences about the number of segments, each where it holds and where it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evidence import algorithms, candidates, preference, recommendation
from core.evidence.algorithms import Scores
from core.evidence.criteria import Band
from core.evidence.evidence import Candidate, Evidence
from core.evidence.flows import Moves, Step
from core.evidence.groups import Groups
from core.evidence.redraws import Share
from core.model.lloyd import kmeans
from core.numbers import Numbers
from tests.support.personality import Parameters

NUMBERS = Numbers()
KS = range(1, 13)
CROWDS = Band(0.1, 0.08, 0.115)  # what a step gains in crowds without groups
SURE = Groups(0.01, 2, 99, 2240, 99, 4.0)


def evidence(
    silhouette: int = 2,
    calinski: int = 2,
    davies: int = 2,
    strong: int = 2,
    gaps: list[float] | None = None,
    groups: Groups | None = SURE,
    icl: int = 2,
) -> Evidence:
    """Evidence in which each criterion prefers what is asked; `gaps` for k = 1, 2, ..., with an error of 0.01."""
    choices = tuple(
        Candidate(
            k=k,
            wcss=1000.0 / k,
            crowd=Band(1000.0 - k, 1000.0 - k, 1000.0 - k),
            crowd_gain=Band(0.1, 0.09, 0.11),
            scores=Scores(0.2 + 0.1 * (k == silhouette), 100.0 + (k == calinski), 2.0 - (k == davies))
            if k > 1
            else Scores(),
            gap=(gaps or [1.0] * 12)[k - 1],
            gap_error=0.01,
            strength=0.85 if k <= strong else 0.5,
            strength_error=0.01,
            groups=(),
            labels="",
            valleys=(),
            icl=100.0 - (k == icl),
            bic=100.0 - (k == silhouette),
            apart=k,
        )
        for k in KS
    )
    return Evidence(1, 2240, 2240, 1.0, Parameters(), None, None, choices, (), groups)


def rising_to(k: int) -> list[float]:
    """A gap curve whose first k that one more does not beat is `k`."""
    return [0.1 * min(one, k) for one in KS]


def test_most_criteria_is_said_of_more_than_half_of_all_criteria_only():
    assert preference.favourite(evidence(2, 2, 3, 4, rising_to(5), icl=6)) is None
    assert preference.favourite(evidence(2, 2, 2, 4, rising_to(5), icl=6)) is None
    assert preference.favourite(evidence(2, 2, 2, 4, rising_to(12), icl=2)) == 2
    assert preference.favourite(evidence(2, 2, 2, 1, rising_to(12), icl=3)) is None


def test_over_random_preferences_what_most_back_is_so():
    rng = np.random.default_rng(0)
    for _ in range(300):
        silhouette, calinski, davies, icl = (int(one) for one in rng.integers(2, 7, 4))
        strong, gap, live = int(rng.integers(1, 5)), int(rng.integers(1, 13)), int(rng.integers(2, 13))
        chance = float(rng.choice([0.01, 0.05, 0.06, 0.5]))
        tested = Groups(chance, 2, 99, 2240, 50, 0.0)
        found = evidence(silhouette, calinski, davies, strong, rising_to(gap), tested, icl)
        votes = [silhouette, calinski, davies, strong, icl, *([gap] if gap < 12 else [])]
        said = recommendation.opening(found, live, NUMBERS)
        assert ("more detail than most criteria back" in said) == (
            sum(k < live for k in votes) > 3 and chance <= 0.05
        )
        assert ("less detail than most criteria back" in said) == (
            sum(k > live for k in votes) > 3 and chance <= 0.05
        )
        assert said.startswith("There are groups") == (chance <= 0.05)
        assert said.startswith("No groups are to be seen") == (chance > 0.05)
        brief = recommendation.brief(found, live, NUMBERS)
        assert brief.startswith("There are groups among these customers (chance of error ") == (
            chance <= 0.05
        )
        assert brief.startswith(recommendation.UNSEEN) == (chance > 0.05)
        standing = brief.split(" is recommended. ")[1]
        assert standing.startswith("It is live") == (live == silhouette)
        assert said.endswith(standing.removeprefix("It "))
        assert len(brief) < 260
        assert preference.recommended(found) == silhouette
        assert "is recommended" in said
        cost = recommendation.cost(found, live, NUMBERS)
        for words in (said, cost):
            assert ("f customers are to be cut all the same" in words) == (chance > 0.05)
        assert "costs nothing" not in cost


def joined(k: int, apart: int, groups: Groups = SURE, one: float = 50.0) -> Evidence:
    """Evidence of which the mixture of `k` fits best, and leaves `apart` groups; `one` is the BIC of a single one."""
    found = evidence(silhouette=k, icl=2, groups=groups)
    fits = {1: one, k: 10.0}
    choices = [replace(each, bic=fits.get(each.k, 50.0), apart=apart) for each in found.choices]
    return replace(found, choices=tuple(choices))


def test_of_the_mixture_that_fits_best_groups_that_overlap_count_as_one():
    why = "is recommended: of mixtures of two to eleven parts, that of five fits best (BIC)"
    several = "; parts count as one where more than 15% of one's customers are taken for the other's"
    for apart, said in (
        (5, f"Five {why}. Six is live"),
        (3, f"Three {why}{several}. Six is live"),
        (1, f"Two {why}{several}, which here leaves one alone, and two are the fewest. Six is live"),
    ):
        found = joined(5, apart)
        assert said in recommendation.opening(found, 6, NUMBERS)
        assert preference.recommended(found) == max(apart, 2)


def test_a_fit_that_is_best_at_the_most_segments_that_were_tried_is_no_best_fit():
    most = [replace(one, bic=0.0) if one.k == 12 else one for one in joined(5, 5).choices]
    assert preference.recommended(replace(joined(5, 5), choices=tuple(most))) == 5


def test_without_groups_the_best_number_is_told_for_who_cuts_all_the_same_and_whether_one_fits_better():
    none = Groups(0.3, 3, 39, 2240, 30, 0.1)
    given = (
        "If customers are to be cut all the same, three is recommended: of mixtures of two to eleven parts, that of three "
        "fits best (BIC)."
    )
    assert f"{given} Six is live" in recommendation.opening(joined(3, 3, none), 6, NUMBERS)
    one = joined(3, 3, none, one=9.0)
    said = recommendation.opening(one, 6, NUMBERS)
    assert f"{given} A single crowd fits better than that. Six is live" in said
    assert recommendation.cost(one, 6, NUMBERS).startswith(
        "Against three, which is recommended if customers are to be cut all the same, six "
    )
    assert "single crowd" not in recommendation.opening(replace(one, groups=SURE), 6, NUMBERS)


def test_what_moves_with_its_own_draws_is_told_as_a_range_with_its_shares():
    shares = (Share(7, 0.56), Share(11, 0.33), Share(None, 0.07), Share(8, 0.04))
    found = replace(evidence(gaps=rising_to(7)), shares={"gap": shares, "silhouette": (Share(2, 1.0),)})
    assert preference.preferred(found)["gap"] == [7, 11]
    assert preference.preferred(found)["silhouette"] == [2]
    assert preference.preferred(evidence(gaps=rising_to(12)))["gap"] == []
    assert (
        "the gap statistic seven, eleven or none of these (moving with its own draws)"
        in recommendation.opening(found, 6, NUMBERS)
    )
    assert recommendation.gap(found, NUMBERS).endswith(
        "It moves with its own draws: seven in 56%, eleven in 33% and none of these in 7%."
    )
    assert "moves" not in recommendation.gap(evidence(gaps=rising_to(7)), NUMBERS)


def test_four_numbers_in_a_row_are_told_by_their_ends():
    shares = tuple(Share(k, 0.2) for k in (2, 4, 5, 6, 7))
    found = replace(evidence(gaps=rising_to(7)), shares={"gap": shares})
    assert "the gap statistic two or four to seven (moving" in recommendation.opening(found, 6, NUMBERS)


def test_silhouettes_that_are_written_alike_cost_no_clearness():
    found = evidence(silhouette=5)
    alike = [replace(one.scores, silhouette={5: 0.9712, 6: 0.9708}.get(one.k, 0.1)) for one in found.choices]
    choices = [replace(one, scores=scores) for one, scores in zip(found.choices, alike, strict=True)]
    found = replace(found, choices=tuple(choices))
    best = preference.recommended(found)
    said = recommendation.cost(found, 11 - best, NUMBERS)
    assert f"{'six' if best == 5 else 'five'} are as clear, with a mean silhouette of 0.97, and in" in said
    assert "clearness" not in said


def test_groups_are_told_with_the_chance_of_error_and_how_many_customers_were_looked_at():
    some = evidence(groups=Groups(0.02, 3, 99, 2500, 98, 4.0))
    assert recommendation.grouped(replace(some, customers=20_000), NUMBERS) == (
        "There are groups: cut into three, customers (a random 2,500 of 20,000) thin out between the parts more than "
        "crowds without groups do, be these drawn with their values and correlations or alike in all directions (more "
        "than 98 of 99 of each kind; chance of error 2%), and so do customers who had no part in the cut."
    )


def test_groups_that_only_crowds_tell_name_every_kind_and_no_customers_who_were_held_out():
    said = recommendation.grouped(evidence(groups=Groups(0.03, 6, 39, 2240, 39, 0.5)), NUMBERS)
    assert "correlations, along their longest axes or alike in all directions (more than 39 of 39" in said
    assert said.endswith("chance of error 3%).")


def test_of_two_fields_crowds_are_named_that_have_the_outline_of_customers():
    said = recommendation.grouped(evidence(groups=Groups(0.03, 6, 39, 2240, 39, 0.5, fields=2)), NUMBERS)
    assert "correlations or layer by layer, in the outline that customers have (more than 39 of 39" in said


def test_of_one_field_no_correlations_and_no_directions_are_named_that_no_crowd_has():
    said = recommendation.grouped(evidence(groups=Groups(0.025, 2, 39, 2240, 39, 4.0, fields=1)), NUMBERS)
    assert (
        "crowds without groups do, drawn with their values and a single peak (more than 39 of 39; chance"
        in said
    )


def test_a_crowd_that_is_equally_full_all_over_is_told_as_one():
    said = recommendation.grouped(evidence(groups=Groups(0.3, 3, 39, 2240, 39, 0.1)), NUMBERS)
    assert said.startswith("No groups are to be seen")
    assert (
        "more than crowds without groups do, but no more than chance makes of one that is equally full"
        in said
    )


def test_without_groups_it_is_told_how_many_crowds_look_as_grouped_and_what_can_be_missed():
    assert recommendation.grouped(evidence(groups=Groups(0.43, 2, 99, 2240, 57, -1.2)), NUMBERS) == (
        "No groups are to be seen: cut into parts, customers thin out between them no more than crowds without "
        "groups do (of 99 that are like them, 42 thin out as much). Groups that are small or lie close together can be missed like this."
    )


@pytest.mark.parametrize(("as_much", "how"), [(1, "not surely more"), (7, "not surely more"), (8, "no more")])
def test_where_hardly_a_crowd_looks_as_grouped_it_is_not_said_that_customers_are_no_more_so(as_much, how):
    found = Groups((1 + 2 * as_much) / 40, 2, 39, 2240, 39 - as_much, 0.2)
    said = recommendation.grouped(evidence(groups=found), NUMBERS)
    assert f"customers thin out between them {how} than crowds without groups do (of 39 that are like" in said


def test_where_nobody_differs_groups_are_not_tested_and_that_is_said():
    assert "is not tested" in recommendation.opening(evidence(groups=None), 6, NUMBERS)


def test_the_live_number_that_is_recommended_is_told_with_how_many_prefer_it():
    assert (
        recommendation.cost(evidence(3, 3, 3, 3, rising_to(5)), 3, NUMBERS)
        == "Three is what is recommended; four of six criteria prefer it by itself."
    )


def test_where_the_gap_grows_to_the_end_nothing_is_said_of_a_first_that_is_not_beaten():
    assert recommendation.gap(evidence(gaps=rising_to(12)), NUMBERS) == (
        "Settles on none of these: every further segment, up to twelve, clearly beats one fewer."
    )


def test_of_a_sample_who_moves_is_told_in_customers_of_all_and_as_about():
    found, everyone = Moves(np.array([[2, 1], [0, 1], [0, 1]]), {1: 1, 2: 2}, 2), evidence()
    said = recommendation.moved(found, 3, 2, replace(everyone, customers=8_000, rows=5), NUMBERS)
    assert said == (
        "From three to two: about 4,800 of 8,000 customers stay in the segment that goes on from theirs, "
        "about 3,200 (40%) move to another."
    )
    assert "3 of 5 customers stay" in recommendation.moved(
        found, 3, 2, replace(everyone, customers=5, rows=5), NUMBERS
    )


def test_one_group_is_not_told_as_many_nor_as_several_of_an_odd_shape():
    assert recommendation.icl(evidence(icl=1), NUMBERS) == (
        "Prefers one (no segments): a single group fits best where groups that overlap cost."
    )
    assert recommendation.icl(evidence(icl=4), NUMBERS).startswith("Prefers four: that many groups fit best")


def test_where_the_gap_prefers_one_it_is_said_once():
    assert (
        recommendation.gap(evidence(), NUMBERS)
        == "Prefers one (no segments): one more segment does not clearly beat it."
    )


def test_where_no_division_is_predicted_that_is_said():
    assert recommendation.strength(evidence(strong=1), 6, NUMBERS) == (
        "Prefers one (no segments): no division of one half of the customers is predicted by the other with 0.8 "
        "or more. Six has 0.50."
    )
    assert recommendation.strength(evidence(strong=3), 6, NUMBERS).startswith(
        "Prefers three (one by the stricter 0.9): the most"
    )


def step(k: int, gain: float, crowd: Band = CROWDS) -> Step:
    """A step whose part of the sum of squares is held against that of crowds."""
    return Step(k, np.zeros((k, k + 1)), 1, (1, 2), 1.0, gain, crowd)


def test_the_last_step_worth_taking_is_told_by_what_crowds_without_groups_would_gain():
    crowds = "than it would in crowds without groups, which have the same values in every field"
    said = recommendation.worthwhile([step(1, 0.4), step(2, 0.2), step(3, 0.12)])
    assert said.startswith(f"The step to three is the last that buys clearly more {crowds}")
    assert recommendation.worthwhile([step(1, 0.12)]).startswith(f"No step buys clearly more {crowds}")


def test_what_a_step_buys_is_said_beside_the_range_of_crowds():
    assert recommendation.worth(step(2, 0.112)) == "hardly more than a crowd"  # as some crowds have it
    assert recommendation.worth(step(2, 0.12)) == "a little more than a crowd"
    assert recommendation.worth(step(2, 0.13)) == "clearly more than a crowd"
    assert recommendation.in_crowds(step(2, 0.12), NUMBERS) == "8% to 12%"


@pytest.mark.parametrize("k", [3, 4])
def test_dbscan_takes_groups_that_lie_well_apart_for_one_crowd(k):
    """Why its row is no verdict: clusters six standard deviations apart in seven fields."""
    rng = np.random.default_rng(k)
    centres = 6 / np.sqrt(2) * np.eye(7)[np.arange(600) % k]
    assert algorithms.density(centres + rng.normal(size=(600, 7))).k <= 1


def test_a_strength_stands_beside_its_bound_and_is_never_rounded_up_to_it():
    assert recommendation.reliable(0.7999, NUMBERS) == "0.79, below the 0.8 that counts as reliable"
    assert recommendation.reliable(0.8, NUMBERS) == "0.80, which reaches the 0.8 that counts as reliable"
    said = recommendation.cost(evidence(2, 2, 2, 2), 6, NUMBERS)
    assert "with a strength of 0.50, below the 0.8 that counts as reliable (with two, 0.85)" in said


def test_of_a_sample_it_is_said_how_far_its_silhouettes_may_be_off_and_of_everyone_it_is_not():
    found = evidence()
    scores = replace(found.choice(6).scores, silhouette_error=0.0028)
    choices = tuple(replace(one, scores=scores) for one in found.choices)
    sampled = replace(found, customers=1_000_000, rows=5000, choices=choices)
    assert recommendation.sampling(sampled, NUMBERS).endswith("everyone's are within 0.005 of them (95%).")
    squares = tuple(replace(one, wcss_error=0.01 / one.k) for one in choices)
    said = recommendation.sampling(replace(sampled, choices=squares), NUMBERS)
    assert said.endswith("(95%). Per customer, so are sums of squares, within 2%.")
    assert recommendation.sampling(replace(sampled, rows=1_000_000), NUMBERS) == ""


def test_the_error_of_a_sampled_sum_of_squares_covers_that_of_everyone():
    """Samples of 400 of 20,000, cut by themselves: with everyone cut, squares are within 1.96 errors in 95 of 100, about."""
    rng = np.random.default_rng(2)
    everyone = rng.normal(size=(20_000, 2)) * (2.0, 1.0)
    best, hits = kmeans(everyone, 3, starts=3, seed=1).wcss / len(everyone), 0
    for turn in range(100):
        part = everyone[rng.choice(len(everyone), 400, replace=False)]
        cut = kmeans(part, 3, starts=3, seed=turn)
        hits += abs(cut.wcss / len(part) / best - 1) <= 1.96 * candidates.error_of(part, cut.labels)
    assert 88 <= hits <= 99


def test_the_error_of_a_sampled_silhouette_covers_that_of_everyone():
    """Samples of 400 of 20,000: the mean of all is within 1.96 errors in 95 of 100, give or take chance."""
    rng = np.random.default_rng(1)
    widths, hits = rng.beta(5, 8, 20_000) - 0.2, 0
    for _ in range(200):
        part = rng.choice(widths, 400, replace=False)
        points, labels = rng.normal(size=(400, 2)), np.arange(400) % 2
        scores = algorithms.scores(points, labels, part)
        hits += abs(scores.silhouette - widths.mean()) <= 1.96 * scores.silhouette_error
    assert 0.91 <= hits / 200 <= 0.99


def test_what_is_below_a_bound_is_never_written_as_the_bound():
    assert [recommendation.cut(figure, NUMBERS) for figure in (0.79996, 0.799999, 0.8, 0.29, 0.846)] == [
        "0.79", "0.79", "0.80", "0.29", "0.84"
    ]  # fmt: skip
    found = evidence(strong=1)
    choices = tuple(replace(one, strength=0.797) if one.k == 6 else one for one in found.choices)
    assert recommendation.strength(replace(found, choices=choices), 6, NUMBERS).endswith("Six has 0.79.")
