from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.model.naming import NOTHING, named
from core.model.profile import Average, Profile, SegmentProfile, Spread
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from tests.support.personality import PERSONALITY

FIELDS = [*PERSONALITY.picked("names"), "Children"]
effect = st.floats(-3, 3)


def segment(spending: float, *, parents: float = 0.5, **effects: float) -> SegmentProfile:
    """A segment of 30 customers or more, of whom the effects given are certain; parts of purchases go with them."""
    known = dict.fromkeys(FIELDS, 0.0) | effects
    means = {"Total_Purchases": 10.0, "Share_Web": 1.0 + known["NumWebPurchases"] / 10}
    means |= {"NumWebPurchases": 10.0 + known["NumWebPurchases"], "Children": 1.0, "Total_Spending": spending}
    averages = {name: average(means.get(name, 0.0)) for name in {*means, *known}}
    sure = dict.fromkeys(effects, 0.0)
    return SegmentProfile(0, "", 30, 0.1, 0.0, 0.0, averages, known, sure, parents, ())


def average(mean: float) -> Average:
    return Average(None if math.isnan(mean) else mean, None, 30)


def naming(
    *segments: SegmentProfile, schema=PERSONALITY, value="Total_Spending", before=NOTHING
) -> tuple[SegmentProfile, ...]:
    means = {"Total_Purchases": 10.0, "Share_Web": 1.0, "NumWebPurchases": 10.0, "Total_Spending": 1.0}
    everyone = {name: average(mean) for name, mean in means.items()}
    numbered = tuple(replace(one, number=number) for number, one in enumerate(segments, 1))
    spreads = dict.fromkeys(schema.measures, Spread(0.0, 1.0, 1.0))
    return named(Profile(300, 300.0, everyone, spreads, numbered, value), 0.5, schema, before).segments


def called(*segments: SegmentProfile) -> list[str]:
    return [one.name for one in naming(*segments)]


def test_the_trait_that_tells_two_alike_apart_is_in_their_names():
    names = called(segment(0.2, Recency=1.0, Age=-0.6), segment(0.2, Recency=-0.9, Age=-0.6))
    assert names == ["Dormant budget shoppers", "Active budget shoppers"]


def test_a_trait_that_both_share_tells_nothing_and_is_left_out():
    assert "Older" not in " ".join(
        called(segment(1.0, Age=1.0, Income=0.9), segment(1.0, Age=1.0, Income=-0.9))
    )


def test_spending_decides_the_tier_and_children_the_noun():
    names = called(
        segment(2.2, parents=0.2, Children=-0.8),
        segment(1.3, parents=0.9, Children=0.9),
        segment(float("nan")),
    )
    assert names == ["Premium households", "Comfortable families", "Empty shoppers"]


def test_of_whom_nothing_is_told_are_the_others_where_something_is_told_of_some():
    own = Schema((Field("Calls", "Calls", Kind.COUNT), Field("Left", "Left us", Kind.FLAG)), basis=("Calls",))
    plain = segment(1.0)
    calling, leaving = (segment(1.0, **{name: 2.0}) for name in own)
    assert [one.name for one in naming(calling, leaving, plain, plain, schema=own, value=None)] == [
        "Customers with high calls",
        "Customers with left us more often",
        "Other customers 1",
        "Other customers 2",
    ]
    assert [one.name for one in naming(plain, plain, schema=own, value=None)] == [
        "Customers 1",
        "Customers 2",
    ]


def test_households_have_fewer_children_but_not_where_most_have_some():
    assert called(segment(2.2, parents=0.55, Children=-0.8)) == ["Premium shoppers"]
    assert called(segment(1.0, parents=0.45, Children=0.8)) == ["Middle shoppers"]


def test_what_could_be_chance_is_in_no_name():
    one, other = segment(1.0, Recency=1.0), segment(1.0, Recency=-1.0)
    unsure = [replace(one, p={}), replace(other, p={})]
    assert called(*unsure) == ["Middle shoppers 1", "Middle shoppers 2"]


def test_who_buys_more_on_the_web_but_a_smaller_part_is_not_called_web_buying():
    more = segment(1.4, NumWebPurchases=1.3)
    assert called(more) == ["Web-buying comfortable shoppers"]
    assert called(replace(more, averages={**more.averages, "Total_Purchases": average(30.0)})) == [
        "Comfortable shoppers"
    ]


def test_a_name_tells_which_fields_it_speaks_of_in_the_order_of_its_words():
    younger, _ = naming(
        segment(2.2, parents=0.2, Children=-0.8, Age=-0.9), segment(2.2, parents=0.2, Children=-0.8, Age=0.9)
    )
    assert younger.name == "Younger premium households"
    assert younger.named_for == ("Age", "Total_Spending", "Children")


def test_segments_alike_in_everything_are_numbered():
    assert called(segment(1.0), segment(1.0), segment(1.0)) == [
        f"Middle shoppers {number}" for number in (1, 2, 3)
    ]


@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.fixed_dictionaries(dict.fromkeys(FIELDS, effect))),
        min_size=1,
        max_size=12,
    )
)
def test_names_are_unique_and_short_on_any_data(drawn):
    names = called(*(segment(spending, **effects) for spending, effects in drawn))
    assert len(set(names)) == len(drawn)
    assert all(len(name) <= 120 and name[0].isupper() for name in names)


def test_a_new_segment_is_not_called_as_one_that_is_gone_where_a_trait_tells_it_from_that():
    new = segment(5.0, Age=0.5)
    (alone,) = naming(new)
    gone = replace(segment(5.0), number=2, name=alone.name)
    (beside,) = naming(new, before={-2: gone})
    assert (beside.name, alone.name) == (f"Older {alone.name.lower()}", gone.name)
    same = replace(new, number=2, name=alone.name)
    assert naming(new, before={-2: same})[0].name == alone.name, "nothing tells them apart"
