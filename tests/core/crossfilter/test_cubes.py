"""What is kept of everyone by three fields at once: the same answers, and nobody counted for them."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest

import core.crossfilter.building
import core.crossfilter.cubes
import core.crossfilter.table
from core.crossfilter.columns import open_columns
from core.crossfilter.cubes import CELLS, INDEX, joined, keep
from core.crossfilter.table import Breakdown, Clause, Crossfilter, Spec, build
from core.errors import DataError
from tests.core.crossfilter.test_table import SPECS, customers

CHARTED = ["Age", "Income", "Kidhome", "Education"]
SUMMED = ["Income", "Spending", "Balance", "Flag"]
FEW = {"Age": {3, 4, 5}, "Income": {1, 2}, "Kidhome": {0}, "Education": {0, 2}, "segment": {0, 1}}


@pytest.fixture(autouse=True)
def slices(monkeypatch):
    monkeypatch.setattr(core.crossfilter.cubes, "FROM", 1)
    monkeypatch.setattr(core.crossfilter.building, "UNDIVIDED_ROWS", 1)
    monkeypatch.setattr(core.crossfilter.building, "SLICE_ROWS", 500)


@pytest.fixture
def folder(tmp_path):
    rows = customers(3_000, 7)
    specs = *SPECS, Spec("Flag", "coded", labels=("no", "yes"), values=True)
    build(rows.assign(Flag=rows["Age"] % 2), specs, tmp_path, parted_by="segment")
    keep(tmp_path, CHARTED, SUMMED, ["Income", "Flag"])
    return tmp_path


@pytest.fixture
def counted_anew(folder):
    """The same table without what is kept."""
    return Crossfilter(open_columns(folder), remembered=0)


BY_SEGMENT = [
    *(Breakdown(f"{value} by segment", "segment", value=value) for value in SUMMED),
    Breakdown("answers", "Flag", by="segment"),
]


def bars(*filtered):
    """Those of each field but some."""
    return [Breakdown(f"of {name}", name) for name in (*CHARTED, "segment") if name not in filtered]


@pytest.mark.parametrize("both", combinations(FEW, 2), ids=" and ".join)
def test_two_filters_on_what_is_charted_leave_nobody_to_count(folder, counted_anew, monkeypatch, both):
    selection = counted_anew.selection()
    for name in both:
        selection = selection.replace(Clause(name, FEW[name]))

    def shown(table):
        found = table.views(selection, bars(*both), values=["Income", "Flag"])
        return found.selected, {**found.views, **table.figures(selection.without("segment"), BY_SEGMENT)}

    wanted, expected = shown(counted_anew)
    monkeypatch.setattr(core.crossfilter.table, "tally", None)
    told, found = shown(Crossfilter.open(folder, remembered=0))
    assert told.rows == wanted.rows > 0
    for name, moments in wanted.values.items():
        assert told.values[name].known == moments.known
        assert told.values[name].sum == pytest.approx(moments.sum)
        assert told.values[name].squares == pytest.approx(moments.squares)
    for name, figures in expected.items():
        assert found[name].counts.dtype == figures.counts.dtype
        np.testing.assert_array_equal(found[name].counts, figures.counts, err_msg=name)
        if figures.sums is not None:
            np.testing.assert_array_equal(found[name].known, figures.known, err_msg=name)
            np.testing.assert_allclose(found[name].sums, figures.sums, err_msg=name)


def test_the_tile_of_what_is_charted_counts_nobody(folder, counted_anew, monkeypatch):
    selection = counted_anew.selection("Kidhome=0")
    expected = counted_anew.tile(selection, "Education", bars("Education"))
    monkeypatch.setattr(core.crossfilter.table, "tally", None)
    found = Crossfilter.open(folder).tile(selection, "Education", bars("Education"))
    for name, wanted in expected.items():
        np.testing.assert_array_equal(found[name], wanted)


@pytest.mark.parametrize(
    "clauses",
    [
        [Clause(name, FEW[name]) for name in CHARTED],
        [Clause("Spending", {1, 2})],
        [Clause("Age", {3}, "somewhere"), Clause("Age", {3, 4}, "elsewhere")],
    ],
)
def test_what_no_cube_holds_is_counted(folder, counted_anew, clauses):
    selection = counted_anew.selection()
    for clause in clauses:
        selection = selection.replace(clause)
    found = Crossfilter.open(folder, remembered=0).views(selection, bars())
    for name, wanted in counted_anew.views(selection, bars()).views.items():
        np.testing.assert_array_equal(found[name].counts, wanted.counts, err_msg=name)


def test_few_customers_are_counted_and_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(core.crossfilter.cubes, "FROM", 501)
    build(customers(500, 7), SPECS, tmp_path, parted_by="segment")
    keep(tmp_path, CHARTED, ["Income"], [])
    assert not (tmp_path / INDEX).exists()


@pytest.mark.parametrize("most", [100, 1])
def test_cubes_of_very_many_cells_are_not_kept(tmp_path, monkeypatch, most):
    monkeypatch.setattr(core.crossfilter.cubes, "MOST_CELLS", most)
    build(customers(500, 7), SPECS, tmp_path, parted_by="segment")
    keep(tmp_path, CHARTED, ["Income"], [])
    axes = Crossfilter.open(tmp_path).axes
    named = json.loads((tmp_path / INDEX).read_text()) if (tmp_path / INDEX).exists() else []
    assert bool(named) == (most == 100)
    assert all(np.prod([len(axes[name]) for name in one["fields"]]) <= most for one in named)


@pytest.mark.parametrize("harm", ["cut", "other fields", "no json", "gone"])
def test_damaged_cubes_are_told_in_words(folder, harm):
    index, cells = folder / INDEX, folder / f"{CELLS}.npy"
    if harm == "cut":
        np.save(cells, np.load(cells)[:-1])
    elif harm == "other fields":
        index.write_text(index.read_text().replace("Kidhome", "Nobody"))
    elif harm == "no json":
        index.write_text("[")
    else:
        cells.unlink()
    with pytest.raises(DataError, match="Delete the folder"):
        Crossfilter.open(folder)


def test_groups_hold_all_that_are_wanted_together_and_no_more_cells_than_they_may():
    wanted = [*combinations("abcdef", 2)]
    groups = joined(wanted, lambda names: 10 ** len(tuple(names)), 1_000)
    assert all(any({*names} <= {*group} for group in groups) for names in wanted)
    assert max(map(len, groups)) == 3
    assert len(groups) < len(wanted)
