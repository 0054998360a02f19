from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.segments.naming import TRAITS, name_segments

FIELDS = [trait.field for trait in TRAITS] + ["Children"]
effect = st.floats(-3, 3)


def flat(**effects: float) -> dict[str, float]:
    return dict.fromkeys(FIELDS, 0.0) | effects


def test_the_trait_that_tells_two_alike_apart_is_in_their_names():
    names = name_segments({1: flat(Recency=1.0, Age=-0.6), 2: flat(Recency=-0.9, Age=-0.6)}, {1: 0.2, 2: 0.2})
    assert names == {1: "Dormant budget shoppers", 2: "Active budget shoppers"}


def test_a_trait_that_both_share_tells_nothing_and_is_left_out():
    names = name_segments({1: flat(Age=1.0, Income=0.9), 2: flat(Age=1.0, Income=-0.9)}, {1: 1.0, 2: 1.0})
    assert "Older" not in " ".join(names.values())


def test_spending_decides_the_tier_and_children_the_noun():
    names = name_segments(
        {1: flat(Children=-0.8), 2: flat(Children=0.9), 3: flat()}, {1: 2.2, 2: 1.3, 3: float("nan")}
    )
    assert names == {1: "Premium households", 2: "Comfortable families", 3: "Empty shoppers"}


def test_a_striking_trait_is_said_even_where_the_name_is_unique_without_it():
    assert name_segments({1: flat(NumWebPurchases=1.3)}, {1: 1.4}) == {1: "Web-buying comfortable shoppers"}


def test_segments_alike_in_everything_are_numbered():
    names = name_segments({1: flat(), 2: flat(), 3: flat()}, {1: 1.0, 2: 1.0, 3: 1.0})
    assert names == {1: "Middle shoppers 1", 2: "Middle shoppers 2", 3: "Middle shoppers 3"}


@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, effect)), min_size=1, max_size=12).flatmap(
        lambda rows: st.tuples(
            st.just(rows), st.lists(st.floats(0, 5), min_size=len(rows), max_size=len(rows))
        )
    )
)
def test_names_are_unique_and_short_on_any_data(drawn):
    rows, spending = drawn
    names = name_segments(dict(enumerate(rows, 1)), dict(enumerate(spending, 1)))
    assert len(set(names.values())) == len(rows)
    assert all(len(name) <= 120 and name[0].isupper() for name in names.values())
