from __future__ import annotations

import pytest

from core.numbers import Numbers
from core.profiles import narrative as words
from tests.support.personality import FIELDS, PERSONALITY, profile


def test_sizes_and_shares_add_up_to_everyone(model):
    found = model.card.profile
    assert sum(segment.size for segment in found.segments) == found.customers == len(model.table)
    assert sum(segment.spending_share for segment in found.segments) == pytest.approx(1)
    assert found.spending == pytest.approx(model.table["Total_Spending"].sum())


def test_averages_and_effects_are_those_of_the_table(model):
    segment = model.card.profile.segment(2)
    rows = model.table[model.table["Segment"] == 2]
    everyone = model.table["Income"]
    assert segment.averages["Income"].mean == pytest.approx(rows["Income"].mean())
    assert segment.averages["Income"].median == pytest.approx(rows["Income"].median())
    assert segment.effects["Income"] == pytest.approx(
        (rows["Income"].mean() - everyone.mean()) / everyone.std(ddof=0)
    )


def test_campaign_answers_describe_segments(model):
    assert 0 < (model.card.profile.segment(1).averages["Response"].mean or 0) < 1


def test_a_field_in_which_all_are_alike_sets_nobody_apart(model):
    found = profile(model.table.assign(Recency=5.0), 6)
    assert all(segment.effects["Recency"] == 0.0 for segment in found.segments)
    assert found.standardised("Recency", 9.0) == 0.0


def test_small_segments_are_marked(model):
    few = model.table.groupby("Segment").head(29)
    assert all(segment.small for segment in profile(few, 6).segments)


def test_the_opening_names_the_segment_that_brings_most(model):
    found, numbers = model.card.profile, Numbers()
    best = max(found.segments, key=lambda segment: segment.spending_share)
    assert words.opening(found, numbers, PERSONALITY).startswith(f"Six segments. {best.name} are ")
    assert numbers.percent(best.spending_share) in words.opening(found, numbers, PERSONALITY)


def test_what_a_name_speaks_of_comes_first_and_then_the_largest_differences(model):
    found = model.card.profile
    for segment in found.segments:
        phrases = words.stands_out(segment, found, Numbers(), PERSONALITY)
        named = [name for name in segment.named_for if segment.certain(name)]
        assert named, "the names of the sample rest on what is certain"
        for name, phrase in zip(named, phrases, strict=False):
            told = words.phrase(
                FIELDS[name], segment.averages[name].mean, found.averages[name].mean, Numbers()
            )
            assert phrase == told
        assert len(phrases) == max(3, len(named))
        assert all(any(letter.isdigit() for letter in phrase) for phrase in phrases)


def test_descriptions_hold_the_figures_of_the_segment(model):
    found, numbers = model.card.profile, Numbers()
    segment = found.segment(1)
    text = words.description(segment, found, numbers, PERSONALITY)
    assert numbers.whole(segment.size) in text
    assert numbers.money(segment.averages["Total_Spending"].mean) in text
