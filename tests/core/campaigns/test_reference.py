"""The real file gives its published figures."""

from __future__ import annotations

import numpy as np
import pytest

from core.campaigns import counts
from core.campaigns.board import board
from core.campaigns.differences import against_others
from core.campaigns.economics import Economics, of_file
from core.campaigns.gains import gains
from core.campaigns.posterior import Verdict
from tests.support.personality import CAMPAIGNS, PERSONALITY

RATES = {
    "AcceptedCmp1": 6.43,
    "AcceptedCmp2": 1.34,
    "AcceptedCmp3": 7.28,
    "AcceptedCmp4": 7.46,
    "AcceptedCmp5": 7.28,
    "Response": 14.91,
}


@pytest.fixture
def crossfilter(real_model):
    return real_model.crossfilter


@pytest.fixture
def everyone(crossfilter):
    return crossfilter.selection()


def profit(real_model, groups):
    return of_file(real_model.people).economics.profit(groups.accepted, groups.contacted)[0]


def test_a_contact_costs_3_and_an_acceptance_brings_11(real_model):
    known = of_file(real_model.people)
    assert (known.economics, known.given, known.varies) == (Economics(3, 11), True, False)


def test_everyone_together_lost_3046(real_model, crossfilter, everyone):
    found = counts.in_total(crossfilter, everyone, "Response", PERSONALITY)
    interval = next(found.intervals())
    assert profit(real_model, found) == -3046
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.135, 0.164)


def test_the_top_fifth_by_spending_earned_317(real_model, crossfilter, everyone):
    found = counts.top_spenders(crossfilter, everyone, "Response", PERSONALITY)
    interval = next(found.intervals())
    assert profit(real_model, found) == 317
    assert [round(100 * x, 1) for x in (interval.rate, interval.low, interval.high)] == [33.7, 29.5, 38.2]


def test_463_with_an_earlier_acceptance_earned_679(real_model, crossfilter, everyone):
    found = counts.before(crossfilter, everyone, "Response", PERSONALITY).once
    assert found.contacted.tolist() == [463]
    assert profit(real_model, found) == 679
    curve = gains(counts.before(crossfilter, everyone, "Response", PERSONALITY).promising_first)
    assert curve.profit(Economics(3, 11))[np.flatnonzero(curve.contacted == 463)].tolist() == [679]


def test_each_campaign_has_its_rate(crossfilter, everyone):
    found = {name: counts.in_total(crossfilter, everyone, name, PERSONALITY) for name in CAMPAIGNS}
    assert {name: round(100 * float(groups.rates[0]), 2) for name, groups in found.items()} == RATES


def test_no_default_segment_is_sure_to_pay_and_one_is_open(real_model, crossfilter, everyone):
    groups = counts.by_segment(crossfilter, everyone, ["Response"], PERSONALITY)["Response"]
    rows = board(groups, of_file(real_model.people).economics)
    assert sorted(row.verdict for row in rows) == [Verdict.SKIP] * 5 + [Verdict.TEST]
    open_ = next(row for row in rows if row.verdict is Verdict.TEST)
    assert (open_.contacted, open_.accepted, open_.profit) == (339, 85, -82)


def test_premium_segments_answer_campaign_5_more_than_everyone_else(crossfilter, everyone):
    cells = against_others(counts.by_segment(crossfilter, everyone, CAMPAIGNS, PERSONALITY))["AcceptedCmp5"]
    assert [cell.different and cell.above for cell in cells] == [True, True, False, False, False, False]
