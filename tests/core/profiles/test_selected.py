from __future__ import annotations

import pytest

from core.model.registry import Registry
from core.profiles.selected import parts


@pytest.fixture(scope="module")
def model(tmp_path_factory, recipe):
    return Registry(tmp_path_factory.mktemp("home") / "models").ensure(recipe)


def selected(model, text):
    return parts(model, model.crossfilter.selection(text))


@pytest.mark.parametrize("text", ["Children=0", "Total_Spending=1000~2600", "Income=60000~&Segment=2"])
def test_parts_are_averages_of_those_who_pass_the_filters_on_other_fields(model, text):
    table, everyone = model.table, model.table
    if "Children" in text:
        table = table[table["Children"] == 0]
    if "Total_Spending" in text:
        table = table[table["Total_Spending"] >= 1000]
    if "Income" in text:
        table = table[table["Income"] >= 60000]
    for number, part in selected(model, text).items():
        rows = table[table["Segment"] == number]
        assert part.size == len(rows)
        assert part.share == pytest.approx(len(rows) / len(everyone))
        assert part.spending_share == pytest.approx(
            rows["Total_Spending"].sum() / everyone["Total_Spending"].sum()
        )
        for name in ("Total_Spending", "Income", "Age", "Response") if len(rows) else ():
            assert part.averages[name].mean == pytest.approx(rows[name].mean())
            if name in text:
                assert name not in part.effects, "what the filter decides is nothing that sets them apart"
                continue
            effect = (rows[name].mean() - everyone[name].mean()) / everyone[name].std(ddof=0)
            assert part.effects[name] == pytest.approx(effect)


def test_a_part_of_nobody_has_no_averages(model):
    text = "Children=3&Total_Spending=2000~2600"
    nobody = [part for part in selected(model, text).values() if not part.size]
    assert nobody
    assert all(average.mean is None for part in nobody for average in part.averages.values())
    assert all(not part.effects and part.small for part in nobody)


def test_what_was_worked_out_is_worked_out_once_for_each_question_and_forgotten_when_it_is_much(
    model, monkeypatch
):
    monkeypatch.setattr("core.model.artefacts.REMEMBERED", 3)
    first = selected(model, "Children=0")
    assert selected(model, "Children=0") is first
    assert selected(model, "Children=1") != first
    assert model.without([]).once(("parts", model.crossfilter.selection("Children=0")), dict) == {}
    for number in range(9):
        model.once(number, lambda: "worked out")
    assert len(model._known) <= 3
