from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.crossfilter.selection import SelectionError
from core.data.people import People
from core.model import sorting
from core.model.sorting import Orders, Sort, order_of
from tests.support.personality import PERSONALITY


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.mark.parametrize("column", ["Income", "ID", "Education", "Main_Channel", "Dt_Customer", "Segment"])
@pytest.mark.parametrize("text", ["", "Segment=2", "Segment=1,3&Children=0"])
def test_places_are_those_that_pandas_sorts(model, orders, column, text):
    selection = model.crossfilter.selection(text)
    chosen = model.table.iloc[model.crossfilter.rows(selection)]
    for descending in (False, True):
        found = orders.places(model, selection, Sort(column, descending))
        expected = chosen[column].sort_values(ascending=not descending, kind="stable", na_position="last")
        assert found.tolist() == expected.index.tolist()


@pytest.mark.parametrize("column", ["Income", "Average_Basket", "Education", "Dt_Customer", "Response"])
@pytest.mark.parametrize("text", ["", "Segment=2", "Segment=1,3&Children=0", "Age=18..19"])
def test_a_page_is_that_part_of_all_in_order(model, orders, column, text):
    selection, few = model.crossfilter.selection(text), Orders(stretch=50)
    for sort in (Sort(column), Sort(column, descending=True), None):
        whole = orders.places(model, selection, sort).tolist()
        for start, stop in ((0, 50), (40, 60), (1200, 1230), (len(whole) - 20, len(whole) + 30)):
            places, count = few.page(model, selection, sort, max(start, 0), stop)
            assert (places.tolist(), count) == (whole[max(start, 0) : stop], len(whole))


def test_for_a_page_of_numbers_nobody_else_is_put_in_order(model, monkeypatch):
    monkeypatch.setattr(sorting, "order_of", None)
    places, _ = Orders(stretch=50).page(model, model.crossfilter.selection(), Sort("Total_Spending"), 0, 50)
    assert model.table["Total_Spending"].iloc[places].tolist() == sorted(model.table["Total_Spending"])[:50]


def test_gaps_are_last_either_way(model, orders):
    everyone = model.crossfilter.selection()
    gaps = int(model.table["Income"].isna().sum())
    assert gaps
    for descending in (False, True):
        last = orders.places(model, everyone, Sort("Income", descending))[-gaps:]
        assert model.people.rows(last, ["Income"])["Income"].isna().all()


def test_categories_keep_their_own_order(model, orders):
    places = orders.places(model, model.crossfilter.selection(), Sort("Enrolment_Month"))
    months = model.people.rows(places, ["Enrolment_Month"])["Enrolment_Month"].astype(str)
    assert list(dict.fromkeys(months))[:3] == ["January", "February", "March"]


def test_without_a_sort_the_file_has_the_order(model, orders):
    selection = model.crossfilter.selection("Segment=2")
    assert orders.places(model, selection).tolist() == model.crossfilter.rows(selection).tolist()


def test_what_is_remembered_is_the_same_and_stays_within_its_bound(model):
    few = Orders(most_bytes=20_000)
    everyone = model.crossfilter.selection()
    first = few.places(model, everyone, Sort("Age")).copy()
    for column in ("Income", "Recency", "Total_Spending", "Children"):
        few.places(model, everyone, Sort(column))
        assert few.nbytes <= 20_000
    assert np.array_equal(few.places(model, everyone, Sort("Age")), first)


def test_nobody_can_change_what_is_remembered(model, orders):
    places = orders.places(model, model.crossfilter.selection(), Sort("Age"))
    with pytest.raises(ValueError, match="read-only"):
        places[0] = 7


def test_text_is_sorted_where_the_column_is_only_in_this_file(tmp_path):
    path = tmp_path / "people.arrow"
    People.write(pd.DataFrame({"ID": [1, 2, 3], "Note": ["b", None, "a"]}), path)
    assert order_of(People.open(path, PERSONALITY), Sort("Note")).tolist() == [2, 0, 1]
    assert order_of(People.open(path, PERSONALITY), Sort("Note", descending=True)).tolist() == [0, 2, 1]


def test_a_sort_is_read_from_its_text(model):
    assert Sort.parse("", model.people) is None
    assert Sort.parse("-Income", model.people) == Sort("Income", descending=True)
    assert str(Sort("Income", descending=True)) == "-Income"
    with pytest.raises(SelectionError, match="sorted by Nothing"):
        Sort.parse("-Nothing", model.people)
