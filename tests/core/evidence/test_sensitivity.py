from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data import cleaning
from core.datasets.templates import template_of
from core.evidence.sensitivity import (
    AGAIN,
    LOGARITHMS,
    MIXTURE,
    OUTLIERS,
    RANKS,
    ROBUST,
    RULE,
    WITHOUT,
    Sensitivity,
    Way,
    sensitivity,
)
from core.evidence.sensitivity_told import Told
from core.model.artefacts import Model
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.numbers import Numbers
from core.progress import Cancelled
from core.schema.fields import Kind
from core.schema.schema import Schema
from tests.datasets.tables import fields

NUMBERS = Numbers()


@pytest.fixture
def made(tmp_path):
    """A model of a table of numbers, and what it was made of."""

    def make(columns: dict[str, np.ndarray], k: int) -> tuple[Model, Recipe]:
        file = tmp_path / "table.csv"
        pd.DataFrame({**columns, "note": "of no use"}).to_csv(file, index=False)
        kinds = dict.fromkeys(columns, Kind.AMOUNT)
        schema = Schema(tuple(fields(kinds, group="Figures")), tuple(one.capitalize() for one in columns))
        recipe = Recipe(
            file, schema, template_of(schema), cleaning.chosen("", schema), Parameters(k, schema.basis)
        )
        return Registry(tmp_path / "models").ensure(recipe), recipe

    return make


def told(model: Model, found: Sensitivity) -> str:
    said = Told(found, model.card, NUMBERS)
    return f"{said.finding()} {said.tails()}".strip()


def kinds(found: Sensitivity) -> list[str]:
    return [way.kind for way in found.ways]


def test_segments_that_one_field_alone_makes_are_said_to_hang_on_it(made):
    rng, group = np.random.default_rng(1), np.arange(400) % 2
    one = 8 * group + rng.normal(size=400)
    two = 8 * group + rng.normal(size=400)
    alone = 9 * (np.arange(400) % 4 > 1) + rng.normal(size=400)
    model, recipe = made({"one": one, "two": two, "alone": alone}, 4)
    found = sensitivity(model, recipe)
    without = {way.about: way for way in found.ways if way.kind == WITHOUT}
    assert without[("One",)].agreement > 0.95 < without[("Two",)].agreement
    assert without[("Alone",)].agreement < 0.7
    assert "All of them hang on alone alone: no other figure, left out, loses them." in told(model, found)
    assert told(model, found).count("hang") == 1


def test_groups_that_lie_far_apart_in_every_field_hold_in_every_way(made):
    rng, group = np.random.default_rng(2), np.arange(300) % 3
    columns = {name: 10 + 9 * rng.permutation(3)[group] + rng.normal(size=300) for name in "abcd"}
    model, recipe = made(columns, 3)
    found = sensitivity(model, recipe)
    assert {RANKS, ROBUST, WITHOUT, MIXTURE} <= set(kinds(found))
    assert told(model, found).endswith(
        "every segment is found again (at least 0.6 of those in either are in both)."
    )
    assert max(way.moved for way in found.ways) == 0
    assert {way.renamed for way in found.ways} == {0}


def test_one_field_without_tails_is_tried_in_the_ways_that_it_has(made):
    model, recipe = made({"only": np.random.default_rng(3).normal(size=200)}, 3)
    found = sensitivity(model, recipe)
    assert kinds(found) == [AGAIN, ROBUST, RANKS, MIXTURE]
    assert "hang" not in told(model, found)


def test_where_long_tails_put_nearly_everybody_in_one_segment_logarithms_are_told_with_what_to_do(made):
    rng, group = np.random.default_rng(4), np.arange(300) % 2
    columns = {name: 100 * np.exp(2.5 * group + rng.normal(size=300)) for name in "ab"}
    columns |= {name: np.append(column[:-2], [1e8, 2e8]) for name, column in columns.items()}
    model, recipe = made(columns, 2)
    found = sensitivity(model, recipe)
    said = told(model, found)
    [logs] = [way for way in found.ways if way.kind == LOGARITHMS]
    assert logs.about == ("A", "B")
    assert logs.moved > 100
    assert OUTLIERS in kinds(found)
    assert "One segment holds 99% of all customers. A and b have long tails to the right" in said
    assert "can take them on logarithms on the page of models" in said


def test_a_cleaning_rule_that_changes_the_segments_basis_is_switched_and_others_are_not(made):
    rng, group = np.random.default_rng(5), np.arange(200) % 2
    model, recipe = made({name: (9 * group + 20 + rng.normal(size=200)).round(2) for name in "ab"}, 2)
    rows = pd.read_csv(recipe.data)
    pd.concat([rows, rows.head(9)]).to_csv(recipe.data, index=False)
    again = Registry(model.folder.parent).ensure(recipe)
    [way] = [way for way in sensitivity(again, recipe).ways if way.kind == RULE]
    assert (way.about, way.customers) == (("repeated_rows",), 200)


def test_it_can_be_cancelled(made):
    def cancel(_words: str, share: float) -> None:
        if share > 0:
            raise Cancelled

    model, recipe = made({name: np.random.default_rng(6).normal(size=100) for name in "ab"}, 2)
    with pytest.raises(Cancelled):
        sensitivity(model, recipe, cancel)


SIX = (1.0,) * 6


def way(kind: str, *about: str, jaccards: tuple[float, ...] = SIX, moved: int = 0) -> Way:
    return Way(kind, about, 2240, moved, 1.0, jaccards, 0)


def lost(*numbers: int) -> tuple[float, ...]:
    """Jaccards of six segments of which these are not found again."""
    return tuple(0.5 if number in numbers else 0.9 for number in range(1, 7))


def finding(model: Model, *ways: Way, largest: float = 0.3) -> str:
    return told(model, Sensitivity(2240, 2240, largest, (way(AGAIN), *ways)))


def test_only_what_holds_each_time_is_said_to_and_the_rest_by_how_often(model):
    names = [one.name for one in model.card.profile.segments]
    some = finding(model, way(RANKS), way(ROBUST, jaccards=lost(2, 3, 4, 5, 6)))
    assert f"Made in two other ways, {names[0]} are found again each time" in some
    assert "the others are not." in some
    none = finding(model, way(RANKS, jaccards=lost(2, 3, 4, 5, 6)), way(ROBUST, jaccards=lost(1)))
    assert "no segment is found again each time" in none
    assert none.endswith("; each in 1 of them.")
    most = finding(
        model,
        way(RANKS, jaccards=lost(2, 3)),
        way(ROBUST, jaccards=lost(1, 4, 5, 6)),
        way(OUTLIERS, jaccards=lost(1, 2, 3)),
    )
    assert most.endswith(f"; most often {names[3]}, {names[4]} and {names[5]}, in 2 of them.")


def test_a_segment_that_two_fields_lose_hangs_on_neither_alone(model):
    both = finding(model, way(WITHOUT, "Age", jaccards=lost(1)), way(WITHOUT, "Recency", jaccards=lost(1)))
    assert "alone" not in both
    one = finding(model, way(WITHOUT, "Age", jaccards=lost(1)), way(WITHOUT, "Recency"))
    assert "hang on age alone" in one


def test_a_way_that_loses_every_segment_is_named(model):
    said = finding(model, way(MIXTURE, jaccards=lost(1, 2, 3, 4, 5, 6)), way(RANKS))
    assert "None is found again by a mixture of normal distributions." in said


@pytest.mark.parametrize(("moved", "is_said"), [(559, False), (560, True)])
def test_logarithms_are_told_where_a_quarter_would_move(model, moved, is_said):
    said = finding(model, way(LOGARITHMS, "Total_Spending", moved=moved))
    assert ("on logarithms, 25% of customers would be in another segment" in said) is is_said
    assert "One segment holds" not in said


def test_a_row_says_who_moves_and_which_segments_are_lost(model):
    names = [one.name for one in model.card.profile.segments]
    found = Sensitivity(2240, 2240, 0.3, (way(AGAIN),))
    shown = Told(found, model.card, NUMBERS)
    row = shown.row(
        replace(way(WITHOUT, "Recency", jaccards=lost(5, 6), moved=224), agreement=0.5, renamed=2)
    )
    lost_names = f"{names[4]} and {names[5]}"
    assert row == ("Without recency", "0.50", "224 (10%)", "4 of 6", lost_names, "2 of 6")
    assert shown.row(way(RULE, "repeated_rows"))[0].startswith(
        "Cleaning rule on: rows that repeat an earlier row"
    )


def test_of_a_sample_who_moves_is_told_of_everyone_and_as_about(model):
    found = Sensitivity(1_000_000, 2240, 0.3, (way(AGAIN, moved=224),))
    row = Told(found, model.card, NUMBERS).row(found.ways[0])
    assert row[0] == "The same in a sample, from other starts"
    assert row[2] == "about 100,000 (10%)"
