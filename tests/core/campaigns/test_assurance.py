"""Contacts for a good chance of a verdict, against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from core.campaigns.assurance import ASSURED, assurance, still_needed
from core.campaigns.posterior import JEFFREYS, Posterior, Verdict, judged, posteriors, verdict
from core.statistics.rates import Groups

BREAK_EVEN = 3 / 11
FAMILY = ([339, 322, 436, 334, 365, 444], [85, 57, 86, 21, 17, 68])


def of_family() -> Posterior:
    return posteriors(Groups.of(*FAMILY))[0]


def reached(known: Posterior, further: int, tries: int = 800) -> float:
    """How often there is a verdict after so many contacts: rates as believed, customers one by one."""
    rng = np.random.default_rng(9)
    weights, accepted, declined = known.mixture()
    which = rng.choice(len(weights), size=tries, p=weights)
    answers = rng.binomial(further, rng.beta(accepted[which], declined[which]))
    said = [judged(known.after(further, int(one)), BREAK_EVEN) for one in answers]
    return float(np.mean([one is not Verdict.TEST for one in said]))


@pytest.mark.parametrize("further", [200, 608, 4864])
@pytest.mark.parametrize("known", [of_family(), Posterior(JEFFREYS, 70, 300), Posterior(JEFFREYS, 3, 12)])
def test_the_chance_of_a_verdict_is_that_of_simulated_campaigns(known, further):
    assert assurance(known, BREAK_EVEN, further) == pytest.approx(reached(known, further), abs=0.05)


@pytest.mark.parametrize("known", [of_family(), Posterior(JEFFREYS, 70, 300), Posterior(JEFFREYS, 12, 45)])
def test_as_many_as_are_said_to_be_needed_reach_a_verdict_in_eight_of_ten_campaigns(known):
    needed = still_needed(known, BREAK_EVEN)
    assert reached(known, needed) == pytest.approx(ASSURED, abs=0.05)
    assert assurance(known, BREAK_EVEN, needed / 2) < ASSURED <= assurance(known, BREAK_EVEN, needed) + 0.01


def test_it_takes_thousands_where_going_on_as_before_would_take_hundreds():
    """Independent figures, of the family alone: chances of .60, .75, .83 and .90; with its own counts hardly less."""
    known = of_family()
    for further, chance in ((608, 0.60), (2432, 0.75), (4864, 0.83), (9728, 0.90)):
        assert chance - 0.09 <= assurance(known, BREAK_EVEN, further) <= chance + 0.04
    assert 2432 < still_needed(known, BREAK_EVEN) < 4864


def test_nothing_is_needed_where_there_is_a_verdict():
    assert still_needed(Posterior(JEFFREYS, 21, 334), BREAK_EVEN) == 0


def test_without_a_contact_nothing_can_be_planned():
    assert still_needed(Posterior(JEFFREYS, 0, 0), 0.3) is None


def test_a_million_exactly_at_break_even_need_more_than_is_worth_planning():
    assert still_needed(Posterior(JEFFREYS, 3_000_000, 10_000_000), 0.3) is None


def test_a_small_group_that_the_others_speak_for_needs_contacts_until_it_speaks_for_itself():
    known = posteriors(Groups.of([8, *[300] * 5], [2, *[120] * 5]))[0]
    assert verdict(known.chance_above(BREAK_EVEN)) is Verdict.SEND
    assert reached(known, still_needed(known, BREAK_EVEN)) == pytest.approx(
        ASSURED, abs=0.08
    )  # so few are lumpy
