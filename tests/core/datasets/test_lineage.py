from __future__ import annotations

from dataclasses import replace

import pytest

from core.datasets.in_common import heirs
from core.model.registry import Registry


@pytest.fixture(scope="module")
def models(tmp_path_factory, recipe):
    """Six segments and four, of the same customers."""
    registry = Registry(tmp_path_factory.mktemp("home") / "models")
    return [registry.ensure(replace(recipe, parameters=replace(recipe.parameters, k=k))) for k in (6, 4)]


def test_the_heir_of_a_segment_holds_most_of_its_customers(models):
    six, four = models
    before, after = (model.people.column("Segment") for model in models)
    for number, heir in heirs(six, four).items():
        went = after[before == number].value_counts(normalize=True)
        assert (heir.before.number, heir.after.number) == (number, went.index[0])
        assert heir.share == pytest.approx(went.iloc[0])
        assert heir.is_closest == (went.iloc[0] > 0.5)
    assert heirs(six, four).keys() == {1, 2, 3, 4, 5, 6}


def test_a_model_is_its_own_heir(models):
    assert [heir.share for heir in heirs(models[0], models[0]).values()] == [1.0] * 6


def test_of_other_customers_those_count_who_are_in_both(models):
    six, four = models
    fewer = replace(four, people=replace(four.people, arrow=four.people.arrow.slice(500)))
    both = six.table.iloc[500:].reset_index(drop=True)
    for number, heir in heirs(six, fewer).items():
        went = fewer.table["Segment"][both["Segment"] == number].value_counts(normalize=True)
        assert (heir.after.number, heir.share) == (went.index[0], pytest.approx(went.iloc[0]))
    strangers = replace(four, people=replace(four.people, arrow=four.people.arrow.slice(0, 0)))
    assert heirs(six, strangers) == {}
