from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from core.data.people import People
from core.datasets.in_common import Agreement
from core.datasets.live import Live
from core.datasets.making import buildable, checked
from core.datasets.trials import Trial, Way, asked, moves, name_of
from core.datasets.trials_told import segments, summary, ways
from core.errors import ModelError
from core.model.curves import Shape
from core.model.preparation import Preparation
from core.model.registry import Registry
from core.numbers import Numbers
from tests.support.personality import PERSONALITY

BENT = Preparation((("Total_Spending", Shape.LOGARITHM),))
NUMBERS = Numbers()


@pytest.fixture
def live(tmp_path, recipe, database) -> Live:
    return Live(Registry(tmp_path / "models"), recipe, database)


def bent(recipe, **more):
    return replace(recipe.parameters, preparation=BENT, **more)


def test_what_was_tried_can_be_made_live_and_gone_back_from_and_the_number_of_segments_keeps_it(live, recipe):
    before = live.model.card.key
    wanted = bent(recipe, basis=("Age", "Total_Spending", "Recency"), rules=("impossible_age",))
    tried = live.made(wanted)
    assert live.model.card.key == before
    assert live.choose(tried.card.key, by="ada").card.parameters == wanted
    assert [one.rule for one in live.model.card.rules] == ["impossible_age"]
    assert live.model.schema.basis == ("Age", "Total_Spending", "Recency")
    assert live.recipe.on == ("impossible_age",)
    live.choose(replace(live.model.card.parameters, k=4), by="ada")
    assert live.model.card.parameters == replace(wanted, k=4)
    assert live.restore(by="bo").card.parameters == wanted
    assert live.choose(before, by="bo").card.key == before


def test_another_worker_and_a_restart_serve_what_was_chosen(live, recipe, tmp_path, database):
    live.choose(live.made(bent(recipe)).card.key, by="ada")
    again = Live(Registry(tmp_path / "models"), recipe, database)
    assert again.model.card.key == live.model.card.key
    assert again.model.space.curves[2] is not None


@pytest.mark.parametrize(
    "change",
    [
        {"basis": ()},
        {"basis": ("Age", "Age")},
        {"basis": ("Age", "Response")},
        {"basis": ("Age", "Year_Birth")},
        {"basis": ("Age", "Education")},
        {"preparation": Preparation((("Kidhome", Shape.LOGARITHM),))},
        {"preparation": Preparation(weights=(("Age", 1e9),))},
        {"preparation": Preparation(weights=(("Age", float("nan")),))},
        {"rules": ("drop table",)},
        {"seed": 7},
        {"k": 13},
    ],
    ids=lambda one: "-".join(one),
)
def test_segments_are_not_made_of_what_the_page_does_not_offer(live, recipe, change):
    with pytest.raises(ModelError):
        live.made(replace(recipe.parameters, **change))


def test_an_answer_builds_nothing_and_a_number_that_describes_may():
    assert {"Income", "Kidhome", "MntWines"} <= {*buildable(PERSONALITY)}
    assert not {"Response", "Accepted_Before", "Year_Birth", "ID", "Z_Revenue"} & {*buildable(PERSONALITY)}


def test_what_is_kept_of_a_trial_is_read_as_it_was_and_nonsense_is_refused(recipe):
    wanted = bent(recipe)
    assert asked(wanted.told | {"basis": list(wanted.basis)}) == wanted
    assert name_of(wanted) != name_of(recipe.parameters)
    assert checked(wanted, PERSONALITY) == wanted
    with pytest.raises(ModelError, match="Choose it on the page of models again"):
        asked({"k": "many"})


def test_who_moves_is_counted_and_said_with_what_does_it(model, bent_model):
    found = moves(model, bent_model)
    old, new = (one.people.column("Segment").to_numpy() for one in (model, bent_model))
    heirs = np.array((0, *found.heirs))
    assert (
        found.agreement.elsewhere
        == int((heirs[old] != new).sum())
        == sum(one.customers for one in found.ways)
    )
    assert found.before == tuple(np.bincount(old)[1:])
    assert found.after == tuple(np.bincount(new)[1:])
    trial = Trial(bent_model.card.parameters, model.card.key, bent_model.card.key, tuple("abcdef"), found)
    profile = model.card.profile
    said = summary(trial, profile, model.schema, NUMBERS)
    assert said.startswith(f"Made so, {found.agreement.elsewhere} of 2,240 customers (")
    assert "6 of 6 segments would be called otherwise" in said
    assert len(segments(trial, profile, NUMBERS)) == 6
    assert ways(trial, profile, model.schema, NUMBERS)[0][2] == str(found.ways[0].customers)


def test_where_one_figure_alone_is_another_it_is_named_as_what_moves_customers(tmp_path, recipe, database):
    live = Live(Registry(tmp_path / "models"), recipe, database)
    weighed = replace(recipe.parameters, preparation=Preparation(weights=(("Recency", 4.0),)))
    assert moves(live.model, live.made(weighed)).drivers[0] == "Recency"


def test_most_customers_is_said_only_of_figures_that_take_more_than_half(model):
    names = ("Age", "Income", "Recency", "Kids", "Teens", "Tenure", "Visits", "Deals")
    ways_ = tuple(Way(1, 2, 10, name) for name in (*model.space.basis, *names)[:8])
    found = replace(moves(model, model), agreement=Agreement(2_240, 80, 0.9), ways=ways_)
    trial = Trial(model.card.parameters, model.card.key, model.card.key, tuple("abcdef"), found)
    assert "take more of them than other figures there" in summary(
        trial, model.card.profile, model.schema, NUMBERS
    )
    few = replace(found, agreement=Agreement(2_240, 59, 0.9))
    assert "take most of them there" in summary(
        replace(trial, moved=few), model.card.profile, model.schema, NUMBERS
    )


def test_a_segment_that_shares_nobody_with_another_does_not_go_on_as_it(model):
    arrow = model.people.arrow
    alone = pa.array(np.ones(len(arrow), dtype=np.int64))
    place = arrow.column_names.index("Segment")
    together = replace(model, people=People(arrow.set_column(place, "Segment", alone), model.schema))
    assert sorted(moves(model, together).heirs) == [0, 0, 0, 0, 0, 1]


def test_the_same_segments_move_nobody(model):
    found = moves(model, model)
    trial = Trial(model.card.parameters, model.card.key, model.card.key, tuple("abcdef"), found)
    assert (found.agreement.elsewhere, found.ways) == (0, ())
    assert (
        summary(trial, model.card.profile, model.schema, NUMBERS)
        == "Made so, all 2,240 customers stay in their segments."
    )
