"""Selections: clicks, addresses, and what is refused."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.crossfilter.binning import Axis, Scale, bin_numeric
from core.crossfilter.selection import Clause, Selection, SelectionError

calm = settings(deadline=None)  # a busy machine is no fault
INF = float("inf")
AXES = {
    axis.name: axis
    for axis in (
        Axis("segment", Scale.CATEGORY, ("Premium households", "Young", "Budget"), slugs=("1", "2", "3")),
        Axis("Education", Scale.CATEGORY, ("PhD", "2n Cycle", "not known"), gaps=True),
        Axis("Income", Scale.INTERVAL, tuple("abcde"), (0.0, 20_000.0, 40_000.0, 60_000.0, INF), gaps=True),
        Axis("Kidhome", Scale.WHOLE, tuple("0123"), (0.0, 1.0, 2.0, 3.0, INF)),
        Axis("Balance", Scale.WHOLE, tuple("abc"), (-INF, -1.0, 0.0, 1.0)),
        bin_numeric("Share", [0.01, 0.5, 0.97]).axis,
    )
}


@st.composite
def clauses(draw):
    name = draw(st.sampled_from(sorted(AXES)))
    codes = draw(st.frozensets(st.integers(0, len(AXES[name]) - 1), min_size=1))
    return Clause(name, codes, draw(st.sampled_from(["", "cards", "a-2"])))


@st.composite
def selections(draw):
    found = {clause.source: clause for clause in draw(st.lists(clauses(), max_size=6))}
    return Selection(AXES, tuple(found.values()))


@calm
@given(selections())
def test_an_address_gives_the_selection_back(selection):
    assert Selection.parse(str(selection), AXES) == selection
    assert Selection.parse("?" + quote(str(selection), safe="&="), AXES) == selection


@calm
@given(selections(), st.randoms())
def test_selections_are_equal_whatever_their_order(selection, random):
    shuffled = list(selection.clauses)
    random.shuffle(shuffled)
    other = Selection(AXES, tuple(shuffled))
    assert other == selection
    assert hash(other) == hash(selection)
    assert str(other) == str(selection)


@calm
@given(st.one_of(st.text(max_size=200), st.text("=&~,:.?%-0123456789segmntIcoKidhEuaPD", max_size=60)))
def test_no_text_fails_other_than_in_words(text):
    try:
        selection = Selection.parse(text, AXES)
    except SelectionError:
        return
    assert Selection.parse(str(selection), AXES) == selection


@calm
@given(st.data(), selections())
def test_a_damaged_address_fails_in_words_or_is_a_selection(data, selection):
    text = str(selection)
    place = data.draw(st.integers(0, len(text)))
    damaged = text[:place] + data.draw(st.characters()) + text[place + data.draw(st.integers(0, 2)) :]
    try:
        found = Selection.parse(damaged, AXES)
    except SelectionError:
        return
    assert all(clause.codes <= set(range(len(AXES[clause.field]))) for clause in found.clauses)


@pytest.mark.parametrize(
    ("field", "codes", "text"),
    [
        ("segment", {0, 2}, "segment=1,3"),
        ("Education", {1, 2}, "Education=2n-cycle,not-known"),
        ("Income", {1, 2}, "Income=20000~60000"),
        ("Income", {0, 3, 4}, "Income=0~20000,60000~,not-known"),
        ("Kidhome", {1}, "Kidhome=1"),
        ("Kidhome", {0, 1, 3}, "Kidhome=0~1,3~"),
        ("Balance", {0, 1}, "Balance=~-1"),
    ],
)
def test_an_address_reads_like_words(field, codes, text):
    assert str(Selection(AXES, (Clause(field, codes),))) == text
    assert Selection.parse(text, AXES).codes(field) == codes


@pytest.mark.parametrize(
    "text",
    [
        "Salary=1",
        "segment=4",
        "segment=",
        "segment",
        "=1",
        "&",
        "segment=1&",
        "segment=1,1",
        "segment=1&segment=2",
        "Income=20000",
        "Income=20000~50000",
        "Income=60000~20000",
        "Income=20000~20000",
        "Income=0~40000,20000~60000",
        "Income=~20000",
        "Income=0~20000,60000~40000",
        "Income=2e4~60000",
        "Kidhome=4",
        "Kidhome=0~0.5",
        "Education=0~1",
        ":segment=1",
        "segment:segment=1",
        "a b:segment=1",
        "a&b:segment=1",
        "segment=1" + ",2" * 3000,
    ],
)
def test_what_was_never_written_is_refused(text):
    with pytest.raises(SelectionError, match=r"found .*Expected .*Clear the filters"):
        Selection.parse(text, AXES)


def test_a_long_address_is_refused_by_its_length():
    with pytest.raises(SelectionError, match="at most 4096"):
        Selection.parse("segment=" + "1" * 5000, AXES)


def test_many_filters_from_many_sources_are_refused():
    with pytest.raises(SelectionError, match="at most 32"):
        Selection.parse("&".join(f"s{number}:segment=1" for number in range(33)), AXES)


def test_a_source_has_one_clause_and_loses_it_with_its_last_code():
    first = Selection(AXES).replace(Clause("segment", {0}, "cards"))
    assert first.replace(Clause("Kidhome", {1}, "cards")).clauses == (Clause("Kidhome", {1}, "cards"),)
    assert not first.replace(Clause("segment", set(), "cards"))
    assert not first.without("cards")


@pytest.mark.parametrize("codes", [{3}, {-1}, {True}, {1.0}, {"1"}])
def test_a_selection_never_holds_a_code_out_of_range(codes):
    with pytest.raises(SelectionError, match=r"a choice of segment that is not there.*one of"):
        Selection(AXES).replace(Clause("segment", codes))


def test_a_name_that_nobody_knows_is_answered_with_those_most_like_it():
    with pytest.raises(SelectionError, match=r"Expected one of segment"):
        Selection.parse("segmnt=1", AXES)
    with pytest.raises(SelectionError, match=r"Expected the name of a field, such as segment, Education, "):
        Selection.parse("zzz=5524", AXES)
