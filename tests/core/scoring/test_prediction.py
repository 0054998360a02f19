from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.people import People
from core.model.preparation import Preparation, Scaling
from core.numbers import Numbers
from core.scoring.customer_input import of_row, read
from core.scoring.prediction import CLEAR, DOUBTFUL, firmness, predict, score
from tests.support.personality import PERSONALITY


def centres(model) -> pd.DataFrame:
    """Centre of each segment in the units of the file, by its number."""
    values = model.space.centres * model.space.scales + model.space.means
    return pd.DataFrame(values, columns=list(model.space.basis), index=range(1, len(values) + 1))


def scored(model, table):
    return score(model.space, table[list(model.space.basis)].to_numpy(dtype=float))


def firm(model, table):
    values = table[list(model.space.basis)].to_numpy(dtype=float)
    return firmness(model, values, score(model.space, values))


def between(model, first: int, second: int, part: float) -> pd.DataFrame:
    """The point that lies `part` of the way from one centre to another."""
    places = centres(model)
    return (places.loc[[first]].reset_index(drop=True) * (1 - part)) + (
        places.loc[[second]].reset_index(drop=True) * part
    )


def test_every_customer_is_scored_into_the_segment_of_the_fit(model):
    assert (scored(model, model.table).segment == model.table["Segment"]).all()


@pytest.mark.parametrize("number", range(1, 7))
def test_a_centre_stays_in_its_own_segment_nearly_always(model, number):
    found = scored(model, centres(model).loc[[number]])
    assert found.segment[0] == number
    assert found.distances[0, number - 1] == pytest.approx(0, abs=1e-9)
    assert firm(model, centres(model).loc[[number]])[0] >= 0.9


def test_on_the_border_a_customer_is_about_as_firm_on_either_side(model):
    shares = [0.0, 0.25, 0.4, 0.499]
    falling = [firm(model, between(model, 5, 6, share))[0] for share in shares]
    assert falling == sorted(falling, reverse=True)
    across = between(model, 5, 6, 0.501)
    assert scored(model, across).segment[0] == 6
    assert falling[-1] + firm(model, across)[0] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("grouped", [True, False, None])
def test_clearly_is_said_from_19_refits_in_20_and_only_where_there_are_groups(model, grouped):
    found = predict(model, [of_row(model, model.table.iloc[[place]]) for place in range(300)], grouped)
    known = [one for one in found if one.firmness is not None]
    said = {one.firmness: one.surely.partition(" one of")[0] for one in known}
    assert {firm < DOUBTFUL for firm, word in said.items() if word == "Only just"} == {True}
    assert {firm >= DOUBTFUL for firm, word in said.items() if word != "Only just"} == {True}
    clear = [firm for firm, word in said.items() if word == "Clearly"]
    assert clear == ([firm for firm in said if firm >= CLEAR] if grouped else [])
    assert all(("No groups are to be seen" in one.firmly(Numbers())) == (grouped is False) for one in known)


def test_the_words_count_the_refits(model):
    found = predict(model, [of_row(model, model.table.iloc[[place]]) for place in range(40)])
    one = next(one for one in found if one.firmness not in (None, 1.0))
    kept = round(one.firmness * len(model.refits))
    assert f"the segments kept this customer {kept} times in {len(model.refits)}." in one.firmly(Numbers())


def test_segments_that_only_a_number_tells_apart_are_spoken_of_by_name(model):
    (found,) = predict(model, [of_row(model, model.table.iloc[[7]])])
    first, second = (replace(found.segment, name=f"Other customers {number}") for number in (1, 2))
    between = replace(found, segment=first, neighbour=second, firmness=0.8)
    assert between.sentence == (
        "Most likely in “Other customers 1”. The nearest border is that with “Other customers 2”."
    )
    doubtful = replace(between, firmness=0.5)
    assert doubtful.sentence.endswith("It could as well be in “Other customers 2”.")
    assert "be one of the shoppers" in replace(doubtful, neighbour=replace(second, name="Shoppers")).sentence


def test_the_border_distance_is_the_one_found_by_walking_there(model):
    """Independent check: step from the customer towards the neighbour until the answer changes."""
    row = model.table.dropna(subset=["Age", "Income"]).iloc[[7]]
    found = scored(model, row)
    places = model.space.centres
    start = model.space.place(row)[0]
    across = places[found.neighbour[0] - 1] - places[found.segment[0] - 1]
    across /= np.linalg.norm(across)
    before, after = start + across * (found.border[0] - 1e-6), start + across * (found.border[0] + 1e-6)
    nearest = [int(((places - point) ** 2).sum(axis=1).argmin()) + 1 for point in (before, after)]
    assert nearest == [found.segment[0], found.neighbour[0]]


def test_one_in_a_hundred_is_unlike_nearly_all_and_of_nobody_else_is_it_said(model):
    """By an independent reading: distances of the table to the centres of the segments that it was given."""
    table, basis = model.table, list(model.space.basis)
    points = (
        (table[basis].fillna(table[basis].median()) - model.space.means) / model.space.scales
    ).to_numpy()
    distances = np.linalg.norm(points - model.space.centres[table["Segment"] - 1], axis=1)
    far = distances > np.quantile(distances, 0.99)
    found = predict(model, [of_row(model, table.iloc[[place]]) for place in range(len(table))])
    assert [one.firmness is None for one in found] == far.tolist()
    assert 0 < far.mean() <= 0.011
    assert all(
        one.surely.startswith("Unlike nearly all customers") == (one.firmness is None) for one in found
    )


@pytest.mark.parametrize("odd", [{"Income": "10000000"}, {"Recency": "5000"}, {"Total_Spending": "1000000"}])
def test_who_is_like_nobody_here_is_in_no_segment_clearly(model, odd):
    [found] = predict(model, [read({"Age": "44", "Income": "51000"} | odd, model, Numbers())])
    assert found.firmness is None
    assert "Clearly" not in found.surely
    assert "% firm" not in found.firmly(Numbers())
    assert f"99% of customers are within {Numbers().decimal(model.card.reach)} of theirs" in found.firmly(
        Numbers()
    )


@pytest.mark.parametrize(
    ("how", "unit"),
    [
        (Preparation(), "standard deviations"),
        (Preparation(scaling=Scaling.ROBUST), "quartile distances"),
        (Preparation(weights=(("Income", 2.0),)), "weighed standard deviations"),
    ],
)
def test_a_distance_says_what_it_is_counted_in(model, how, unit):
    card = replace(model.card, parameters=replace(model.card.parameters, preparation=how))
    other = replace(model, card=card)
    [found] = predict(other, [read({"Age": "44", "Income": "10000000"}, other, Numbers())])
    assert f" {unit} from the nearest centre" in found.firmly(Numbers())


def test_a_customer_is_found_by_id_however_it_is_typed(model):
    known = model.table["ID"].iloc[3]
    assert model.people.place(f"  {known} ") == 3
    assert model.people.rows(np.array([3]))["ID"].iloc[0] == known


@pytest.mark.parametrize("text", ["", "nobody", "-1", "1e3", "9" * 30, "٣"])
def test_an_unknown_id_finds_nobody(model, text):
    assert model.people.place(text) is None


@pytest.mark.parametrize("ids", [[-1, -2], ["x" * 200, "é/;=" * 30]])
def test_ids_below_zero_and_long_ones_are_found_too(tmp_path, ids):
    People.write(pd.DataFrame({"ID": ids}), tmp_path / "people.arrow")
    assert [People.open(tmp_path / "people.arrow", PERSONALITY).place(str(one)) for one in ids] == [0, 1]


def test_ids_with_letters_are_found_too(tmp_path):
    People.write(pd.DataFrame({"ID": ["A-1", "A-2"], "Age": [30.0, 40.0]}), tmp_path / "people.arrow")
    assert People.open(tmp_path / "people.arrow", PERSONALITY).place("A-2") == 1
